import { expect } from "chai";
import { doneAnswer, stopOf } from "../../../src/hooks/answer/own-answer.ts";
import type { RunEnd } from "../../../src/model/run.ts";
import { aStart, aWorkflow, anEnd } from "../../support/runs.ts";

describe("the answer that the end of a run gives", () => {
  it("is left to the upstream when the run succeeded and did not stop the request", () => {
    expect(stop({ messages: ["A"] })).to.equal(null);
  });

  it("is 200 with all messages so far when the run ended as succeeded, and {} without any", () => {
    const messages = [{ message: "before" }, { message: "A" }];
    expect(stop({ stopped: true, messages: ["A"] }, ["before"])).to.deep.include({
      status: 200,
      body: { messages },
    });
    expect(stop({ stopped: true })).to.deep.include({ status: 200, body: {} });
  });

  it("is that of the response step, without headers that report on workflows", () => {
    const headers = { "X-Own": "1", "Workflow-Runs": "forged" };
    const response = { status: 418, headers, body: "tea" };
    expect(stop({ stopped: true, response, messages: ["A"] }, ["before"])).to.deep.equal({
      status: 418,
      headers: { "X-Own": "1" },
      body: "tea",
      messages: ["before", "A"],
    });
  });

  it("is 400 with the messages as errors when the run failed", () => {
    const errors = [{ message: "before" }, { message: "A" }];
    expect(stop({ status: "failed", messages: ["A"] }, ["before"])).to.deep.include({
      status: 400,
      body: { errors },
    });
  });

  it("is 400 that names the workflow, by key and title, when the run failed without a message", () => {
    expect(stop({ status: "failed" })?.body).to.deep.equal({
      errors: [{ message: "Refused by workflow check" }],
    });
    expect(stop({ status: "failed" }, [], "Short titles")?.body).to.deep.equal({
      errors: [{ message: "Refused by workflow check (Short titles)" }],
    });
  });

  it("is 500 that says neither which step erred nor why", () => {
    const error = { step: "pay", code: "REQUEST_FAILED", message: "10.0.0.7 refused" };
    expect(stop({ status: "errored", error, messages: ["A"] })).to.deep.include({
      status: 500,
      body: {
        errors: [
          { message: "A" },
          { message: "Workflow check met an error", code: "WORKFLOW_ERROR" },
        ],
      },
    });
    expect(stop({ status: "timed-out" })?.body).to.deep.equal({
      errors: [{ message: "Workflow check took too long", code: "WORKFLOW_ERROR" }],
    });
  });

  it("is the upstream's own refusal when the upstream refused the caller", () => {
    const refusal = { status: 403, headers: ["X-Why", "role"], body: Buffer.from("no") };
    expect(stop({ status: "errored", refusal })).to.deep.include({ status: 403, refusal });
  });
});

describe("the answer after a sequence of runs", () => {
  it("holds messages and data only where there are any, and counts null as data", () => {
    expect(doneAnswer([], undefined).body).to.deep.equal({});
    expect(doneAnswer(["A"], undefined).body).to.deep.equal({ messages: [{ message: "A" }] });
    expect(doneAnswer([], null).body).to.deep.equal({ data: null });
  });
});

/** The answer that an end of the workflow `check` means, behind messages of workflows that passed. */
const stop = (end: Partial<RunEnd>, before: readonly string[] = [], title: string | null = null) =>
  stopOf(aWorkflow({ key: "check", title }), anEnd(aStart(), end), before);
