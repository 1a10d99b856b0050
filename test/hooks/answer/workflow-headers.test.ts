import { expect } from "chai";
import { parseList } from "structured-headers";
import {
  isReportHeader,
  messagesValue,
  runsValue,
  skippedValue,
} from "../../../src/hooks/answer/workflow-headers.ts";
import { WorkflowReport } from "../../../src/hooks/answer/workflow-report.ts";

describe("the headers that report on workflows", () => {
  it("tell each run with its id and status", () => {
    const runs = [
      { key: "check", id: "1", status: "succeeded" },
      { key: "notify", id: "2", status: "queued" },
    ];
    expect(runsValue(runs)).to.equal(
      '"check";id="1";status=succeeded, "notify";id="2";status=queued',
    );
  });

  it("tell at most 20 members, and at the last one how many more there are", () => {
    const runs = Array.from({ length: 23 }, (_, at) => ({
      key: `w${at}`,
      id: `${at}`,
      status: "succeeded",
    }));
    const members = parseList(runsValue(runs));
    expect(members).to.have.length(20);
    expect(members.at(-1)?.[0]).to.equal("w19");
    expect(members.at(-1)?.[1].get("more")).to.equal(3);
    expect(members.at(-2)?.[1].has("more")).to.equal(false);
    expect(runsValue(runs.slice(0, 20))).not.to.contain("more");
  });

  const keys: [what: string, key: string, value: string][] = [
    ["a quote and a backslash are escaped", 'a"b\\c', '"a\\"b\\\\c";reason=unknown'],
    ["a key that is not ASCII is a display string", "schön", '%"sch%c3%b6n";reason=unknown'],
    ["a key of half a character is a display string", "\ud800", '%"%ef%bf%bd";reason=unknown'],
    [
      "a line break begins no header of its own",
      "a\r\nX-Own: 1",
      '%"a%ef%bf%bd%ef%bf%bdX-Own: 1";reason=unknown',
    ],
    ["a long key is cut", "k".repeat(500), `"${"k".repeat(128)}";reason=unknown`],
  ];
  for (const [what, key, value] of keys) {
    it(`write the names that a client sent as text: ${what}`, () => {
      expect(skippedValue([{ key, reason: "unknown" }])).to.equal(value);
    });
  }

  it("tell messages as JSON in ASCII", () => {
    const value = messagesValue(["Grüße", "💡"]);
    expect(value).to.equal('[{"message":"Gr\\u00fc\\u00dfe"},{"message":"\\ud83d\\udca1"}]');
    expect(JSON.parse(value)).to.deep.equal([{ message: "Grüße" }, { message: "💡" }]);
  });

  it("tell at most 4 kB of messages, and drop from the end what does not fit", () => {
    const message = "x".repeat(1_000);
    const value = messagesValue(Array.from({ length: 9 }, (_, at) => `${at}${message}`));
    expect(value.length).to.be.at.most(4_096);
    const said = JSON.parse(value) as { message: string }[];
    expect(said.map((one) => one.message[0])).to.deep.equal(["0", "1", "2", "3"]);
    expect(messagesValue(["x".repeat(4_097), "y"])).to.equal("");
  });

  it("are known by their prefix, in any case", () => {
    expect(["Workflow-Runs", "WORKFLOW-x", "workflow-"].every(isReportHeader)).to.equal(true);
    expect(["X-Workflow-Runs", "Workflows", "workflow_runs"].some(isReportHeader)).to.equal(false);
  });
});

describe("the report of a request", () => {
  it("says the request's id alone as long as nothing has happened", () => {
    expect(new WorkflowReport("r-1", "00-…").headers([])).to.deep.equal(["X-Request-Id", "r-1"]);
  });

  it("says all that has happened so far, runs in the order in which they were added", () => {
    const report = new WorkflowReport("r-1", "00-…");
    report.action = "performed";
    report.skipped = [{ key: "nosuch", reason: "unknown" }];
    report.error = "STORE_UNAVAILABLE";
    report.ran({ key: "a", id: "1", status: "succeeded" });
    report.ran({ key: "b", id: "2", status: "queued" });
    expect(report.headers(["Hello"])).to.deep.equal([
      "X-Request-Id",
      "r-1",
      "Workflow-Runs",
      '"a";id="1";status=succeeded, "b";id="2";status=queued',
      "Workflow-Skipped",
      '"nosuch";reason=unknown',
      "Workflow-Action",
      "performed",
      "Workflow-Error",
      "STORE_UNAVAILABLE",
      "Workflow-Messages",
      '[{"message":"Hello"}]',
    ]);
  });
});
