import { expect } from "chai";
import type { Json } from "../../src/model/json.ts";
import type { RequestChange } from "../../src/model/request-draft.ts";
import { redactor } from "../../src/model/redact.ts";
import { secretNames } from "../../src/model/secrets.ts";
import type { StepServices } from "../../src/model/step-context.ts";
import { failureOf, mistakesIn, ran, typeOf, yetUnknown } from "./step-context.ts";

describe("a message", () => {
  const cases: [Json, string][] = [
    ["Title 'ab' is too short", "Title 'ab' is too short"],
    [3, "3"],
    [{ a: [1] }, '{"a":[1]}'],
    [null, ""],
  ];
  for (const [message, text] of cases) {
    it(`${JSON.stringify(message)} is said as ${JSON.stringify(text)}`, async () => {
      const { outcome, messages } = await ran("response-message", { message });
      expect(messages).to.deep.equal([text]);
      expect(outcome).to.deep.equal({ go: "on", result: text });
    });
  }
});

describe("a response", () => {
  it("ends the run with status 200 and no body unless it says otherwise", async () => {
    const { outcome } = await ran("response", {});
    expect(outcome).to.deep.equal({
      go: "end",
      status: "succeeded",
      result: null,
      response: { status: 200, headers: {}, body: null },
    });
  });

  it("puts numbers in headers in as text", async () => {
    const config = { status: 429, headers: { "Retry-After": 30 }, body: { wait: true } };
    const { outcome } = await ran("response", config);
    expect(outcome).to.have.deep.property("response", {
      status: 429,
      headers: { "Retry-After": "30" },
      body: { wait: true },
    });
  });

  for (const status of [199, 600, 200.5, "200"]) {
    it(`of status ${JSON.stringify(status)} is refused`, () => {
      expect(mistakesIn("response", { status })).to.have.length(1);
    });
  }

  for (const value of ["a\r\nSet-Cookie: admin=1", "a\nb", "a\0b", "\u{1f4a9}"]) {
    it(`can't smuggle a header in by the value ${JSON.stringify(value)}`, () => {
      expect(mistakesIn("response", { headers: { "X-Name": value } })).to.have.length(1);
    });
  }

  for (const name of [
    "Transfer-Encoding",
    "content-length",
    "Connection",
    "X Y",
    "X:Y",
    "X\r\nY",
  ]) {
    it(`can't break its framing by a header ${JSON.stringify(name)}`, () => {
      expect(mistakesIn("response", { headers: { [name]: "1" } })).to.have.length(1);
    });
  }
});

describe("a set-request", () => {
  it("changes the request by what it says, and gives null", async () => {
    const changes: RequestChange[] = [];
    const request = { change: (change: RequestChange) => void changes.push(change) };
    const config = { values: { status: "draft" }, headers: { "X-By": 1 }, query: { a: null } };
    const { outcome } = await ran("set-request", config, { request });
    expect(outcome).to.deep.equal({ go: "on", result: null });
    expect(changes).to.deep.equal([
      { values: { status: "draft" }, replace: false, headers: { "X-By": "1" }, query: { a: null } },
    ]);
  });

  it("errs where there is no request to change", async () => {
    expect(await failureOf("set-request", { values: {} })).to.have.property("code", "NO_REQUEST");
  });

  it("is refused outside of pre-actions", () => {
    expect(typeOf("set-request").triggers).to.deep.equal(["pre-action"]);
  });

  it("takes only an object as its values", () => {
    for (const values of [[1], "x", 1, null]) {
      expect(mistakesIn("set-request", { values })).to.have.length(1);
    }
  });

  const refused = [
    "Authorization",
    "cookie",
    "X-Api-Key",
    "X-Auth-Token",
    "Proxy-Authorization",
    "Host",
    "Content-Length",
    "Connection",
    "transfer-encoding",
    "TE",
    "Upgrade",
    "Keep-Alive",
  ];
  for (const name of refused) {
    it(`can't set the header ${name}, and says so by that name`, () => {
      const [mistake = ""] = mistakesIn("set-request", { headers: { [name]: "x" } });
      expect(mistake)
        .to.match(/^headers: /)
        .and.to.contain(`"${name}"`);
    });

    it(`can't set the header ${name} to what an expression will give, either`, () => {
      const mistakes = mistakesIn("set-request", { headers: { [name]: yetUnknown } });
      expect(mistakes.filter((text) => text.startsWith("headers: "))).to.have.length(1);
    });
  }
});

describe("a variable", () => {
  it("is assigned, and is the step's result", async () => {
    const { outcome, vars } = await ran("variable", { name: "total", value: { a: 1 } });
    expect(vars).to.deep.equal({ total: { a: 1 } });
    expect(outcome).to.deep.equal({ go: "on", result: { a: 1 } });
  });

  it("is declared by its name, so that expressions can be checked against it", () => {
    expect(typeOf("variable").declares).to.equal("name");
  });

  it("may be set to null, but its value can't be left out", () => {
    expect(mistakesIn("variable", { name: "x", value: null })).to.deep.equal([]);
    expect(mistakesIn("variable", { name: "x" })).to.have.length(1);
  });
});

describe("a calculation", () => {
  it("gives its value", async () => {
    const { outcome } = await ran("calculation", { value: [1, null] });
    expect(outcome).to.deep.equal({ go: "on", result: [1, null] });
  });
});

describe("a log step", () => {
  type Line = [level: string, fields: object, message: string];

  function logged() {
    const lines: Line[] = [];
    const at = (level: string) => (fields: object, message: string) =>
      void lines.push([level, fields, message]);
    const log = { debug: at("debug"), info: at("info"), warn: at("warn"), error: at("error") };
    const redact = redactor(secretNames([]), ["s3cret-key"]);
    return { lines, services: { log, redact } as unknown as StepServices };
  }

  it("writes a line with its run and its path", async () => {
    const { lines, services } = logged();
    const { outcome } = await ran("log", { message: "paid" }, { services });
    expect(lines).to.deep.equal([["info", { run: "run-1", step: "pay" }, "paid"]]);
    expect(outcome).to.deep.equal({ go: "on", result: null });
  });

  it("writes at the level that it says", async () => {
    const { lines, services } = logged();
    await ran("log", { level: "warn", message: 1 }, { services });
    expect(lines[0]?.slice(0, 1)).to.deep.equal(["warn"]);
  });

  it("lets no secret field and no value of `secrets` into the log", async () => {
    const { lines, services } = logged();
    await ran("log", { message: { password: "hunter2", note: "by s3cret-key" } }, { services });
    expect(lines[0]?.[2]).to.equal('{"password":"[redacted]","note":"by [redacted]"}');
  });
});

describe("the reference", () => {
  it("explains every type and every field", async () => {
    const { stepTypes } = await import("../../src/steps/index.ts");
    for (const [name, { type, title, about, result, config }] of stepTypes) {
      expect(type).to.equal(name);
      for (const text of [title, about, result]) expect(text, name).to.be.a("string").and.not.empty;
      const { shape } = config as unknown as { shape: Record<string, { description?: string }> };
      for (const [key, field] of Object.entries(shape)) {
        expect(field.description, `${name}.${key}`).to.be.a("string").and.not.empty;
      }
    }
  });
});
