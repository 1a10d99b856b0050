import { expect } from "chai";
import { redactor } from "../../src/model/redact.ts";
import { runSecrets } from "../../src/model/run-secrets.ts";
import { secretNames } from "../../src/model/secrets.ts";
import type { Json } from "../../src/model/json.ts";

const secretsAfter = (...values: Json[]) => {
  const { redact } = runSecrets(redactor(secretNames([]), []));
  for (const value of values) redact(value);
  return redact;
};

describe("the secrets of a run", () => {
  const cases: [string, Json, Json, Json][] = [
    ["a text", { token: "s3cr3t-1" }, "it is s3cr3t-1", "it is [redacted]"],
    ["a text in base64", { token: "s3cr3t-1" }, btoa("s3cr3t-1"), "[redacted]"],
    [
      "all that is in an object",
      { credentials: [{ a: "s3cr3t-1" }] },
      ["s3cr3t-1"],
      ["[redacted]"],
    ],
    ["a number, in a text", { otp: 123_456 }, "code 123456", "code [redacted]"],
    ["a part of a URL", "https://h/?token=s3cr3t-1&n=1", "s3cr3t-1", "[redacted]"],
    ["the password in a URL", "https://me:s3cr3t-1@h/a", "s3cr3t-1", "[redacted]"],
    ["two parts of a form", "pwd=s3cr3t-1&a=1&jwt=s3cr3t-2", "s3cr3t-2 1", "[redacted] 1"],
  ];
  for (const [what, value, later, shown] of cases) {
    it(`are hidden under other names, once they were hidden by one: ${what}`, () => {
      expect(secretsAfter(value)(later)).to.deep.equal(shown);
    });
  }

  it("leave what is not secret as it is: the same object", () => {
    const value = { title: "t", list: [1, "token"] };
    expect(secretsAfter({ token: "s3cr3t-1" })(value)).to.equal(value);
  });

  it("are hidden of a run alone, and no text under 6 characters", () => {
    expect(secretsAfter({ token: "abcde" })("abcde")).to.equal("abcde");
    expect(secretsAfter()("s3cr3t-1")).to.equal("s3cr3t-1");
  });

  it("are as many as a run may have remembered, so that a client can't make it slow", () => {
    const many = Array.from({ length: 1_000 }, (_, n) => ({ token: `s3cr3t-${n}-` }));
    const redact = secretsAfter(many);
    expect(redact(["s3cr3t-0-", "s3cr3t-49-", "s3cr3t-50-"])).to.deep.equal([
      "[redacted]",
      "[redacted]",
      "s3cr3t-50-",
    ]);
  });
});
