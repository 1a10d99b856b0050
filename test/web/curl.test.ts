import { execFileSync } from "node:child_process";
import { expect } from "chai";
import { asyncProperty, constantFrom, string } from "fast-check";
import type { Json } from "../../src/model/json.ts";
import { curlOf } from "../../web/text/curl.ts";
import { itHolds } from "../support/property.ts";

/** The arguments that a shell gives to curl. */
function argumentsOf(line: string): string[] {
  const script = `curl() { for one in "$@"; do printf '%s\\0' "$one"; done; }\n${line}`;
  const env = { GATEWAY: "http://gateway", TOKEN: "token" };
  return execFileSync("sh", ["-c", script], { env, encoding: "utf8" }).split("\0").slice(0, -1);
}

const run = (
  request: Json,
  values: Json,
  trigger: Json = { type: "pre-action", global: true },
) => ({
  workflow: "check",
  trigger: { params: { values }, request },
  definition: { source: { trigger } },
});

describe("the curl line of a run", () => {
  it("sends the request that came, with placeholders for the gateway and the token", () => {
    const request = { method: "POST", path: "/posts", query: { sort: "id" }, headers: {} };
    expect(curlOf(run(request, { id: 12345678901234567890n }))).to.equal(
      String.raw`curl -X POST "$GATEWAY/posts?sort=id" \
  -H "Authorization: Bearer $TOKEN" \
  -H 'Content-Type: application/json' \
  -d '{"id":12345678901234567890}'`,
    );
  });

  it("names a workflow that runs only when it is named", () => {
    const request = { method: "PATCH", path: "/posts/1", query: {}, headers: {} };
    const local = { type: "post-action", global: false };
    expect(curlOf(run(request, null, local))).to.contain(`/posts/1?triggerWorkflows=check"`);
  });

  it("is not there for a run that no request caused", () => {
    expect(
      curlOf({ workflow: "check", trigger: { data: 1 }, definition: { source: {} } }),
    ).to.equal(null);
  });

  const text = string({
    unit: constantFrom(...Array.from("ab'\"`$\\;&|<>(){}*!?#~ \n/%"), "$(id)"),
  });
  itHolds(
    "gives a shell each text as it is (an attack by what a client sent)",
    asyncProperty(text, text, async (path, value) => {
      const request = {
        method: "POST",
        path: `/${path}`,
        query: {},
        headers: { "content-type": value },
      };
      const line = curlOf(run(request, value)) ?? "";
      expect(argumentsOf(line)).to.deep.equal([
        "-X",
        "POST",
        `http://gateway/${path}`,
        "-H",
        "Authorization: Bearer token",
        "-H",
        `Content-Type: ${value}`,
        "-d",
        JSON.stringify(value),
      ]);
    }),
    { runs: 100 },
  );
});
