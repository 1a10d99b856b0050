import { expect } from "chai";
import { answerDraft } from "../../../src/hooks/answer/draft.ts";
import { StepError } from "../../../src/model/step-error.ts";

describe("the draft of an answer", () => {
  const LIMIT = 64;

  it("holds the later one of two changes to the same thing, whatever the case of a header's name", () => {
    const draft = answerDraft();
    draft.change({ status: 202, headers: { "X-One": "1", "X-Two": "2" } }, LIMIT);
    draft.change({ body: null, headers: { "x-one": "3" } }, LIMIT);
    expect(draft.asked()).to.deep.equal({
      status: 202,
      body: null,
      headers: { "x-one": "3", "x-two": "2" },
    });
  });

  it("begins with the changes that earlier workflows have asked for", () => {
    const draft = answerDraft({ status: 202, headers: { "x-one": "1" } });
    draft.change({ headers: { "x-two": "2" } }, LIMIT);
    expect(draft.asked()).to.deep.equal({
      status: 202,
      headers: { "x-one": "1", "x-two": "2" },
    });
  });

  const refused: [what: string, headers: Record<string, string>][] = [
    ["a header of the framing, which could smuggle another answer", { "Content-Length": "5" }],
    ["a header of the framing in other letters", { "TRANSFER-encoding": "chunked" }],
    ["a name with a space", { "X One": "1" }],
    ["a value with a line break, which would begin another header", { "X-One": "1\r\nX-Two: 2" }],
  ];
  for (const [what, headers] of refused) {
    it(`refuses ${what}, and keeps what was asked before`, () => {
      const draft = answerDraft({ status: 202 });
      expect(() => draft.change({ status: 500, headers }, LIMIT))
        .to.throw(StepError)
        .with.property("code", "BAD_HEADER");
      expect(draft.asked()).to.deep.equal({ status: 202 });
    });
  }

  it("counts the headers of all changes against the limit", () => {
    const draft = answerDraft();
    draft.change({ headers: { "x-one": "1".repeat(30) } }, LIMIT);
    expect(() => draft.change({ headers: { "x-two": "2".repeat(30) } }, LIMIT)).to.throw(StepError);
  });
});
