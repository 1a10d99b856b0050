import { expect } from "chai";
import { bytesOf, contentType, isBodiless, withReport } from "../../../src/hooks/answer/send.ts";
import { WorkflowReport } from "../../../src/hooks/answer/workflow-report.ts";
import { type Json, jsonText } from "../../../src/model/json.ts";

describe("the headers of an upstream's answer with the report", () => {
  it("are the upstream's own, followed by those of the report", () => {
    expect(
      withReport(["ETag", '"1"', "set-cookie", "a", "Set-Cookie", "b"], report(), []),
    ).to.deep.equal([
      "ETag",
      '"1"',
      "set-cookie",
      "a",
      "Set-Cookie",
      "b",
      "X-Request-Id",
      "r-1",
      "Workflow-Action",
      "performed",
    ]);
  });

  it("keep no Workflow-* header of the upstream, whether the report has it or not", () => {
    const own = ["workflow-action", "x", "Workflow-Messages", "x", "WORKFLOW-OTHER", "x"];
    expect(withReport(own, report(), [])).to.deep.equal(withReport([], report(), []));
  });

  it("keep the id that the upstream gave the request", () => {
    expect(withReport(["x-request-id", "own"], report(), ["Hi"])).to.deep.equal([
      "x-request-id",
      "own",
      "Workflow-Action",
      "performed",
      "Workflow-Messages",
      '[{"message":"Hi"}]',
    ]);
  });
});

describe("the body of an answer that a workflow gives", () => {
  const cases: [body: Json, bytes: string, type: string[]][] = [
    [null, "", []],
    ["text", "text", ["Content-Type", "text/plain; charset=utf-8"]],
    ["", "", ["Content-Type", "text/plain; charset=utf-8"]],
    [{ a: "ü" }, '{"a":"ü"}', ["Content-Type", "application/json"]],
    [[1], "[1]", ["Content-Type", "application/json"]],
    [false, "false", ["Content-Type", "application/json"]],
    [9007199254740993n, "9007199254740993", ["Content-Type", "application/json"]],
  ];
  for (const [body, bytes, type] of cases) {
    it(`is ${JSON.stringify(bytes)} with ${type[1] ? `the type ${type[1]}` : "no type"} when the workflow gives ${jsonText(body)}`, () => {
      expect(bytesOf(body).toString()).to.equal(bytes);
      expect(contentType({ body, headers: {} })).to.deep.equal(type);
    });
  }

  it("has the type that the workflow says, in any case of the header's name", () => {
    expect(contentType({ body: {}, headers: { "CONTENT-type": "a/b" } })).to.deep.equal([]);
  });

  it("is left out where the status allows no body", () => {
    expect([200, 204, 304, 404].map(isBodiless)).to.deep.equal([false, true, true, false]);
  });
});

function report(): WorkflowReport {
  const made = new WorkflowReport("r-1", "00-…");
  made.action = "performed";
  return made;
}
