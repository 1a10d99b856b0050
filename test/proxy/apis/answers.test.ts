import { expect } from "chai";
import type { Json, JsonText } from "../../../src/model/json.ts";
import { recordOf, withMessages } from "../../../src/proxy/apis/answers.ts";

describe("an upstream's API", () => {
  it("says where the record stands in an answer", () => {
    expect(recordOf({ record: "" }, { id: 1 })).to.deep.equal({ id: 1 });
    expect(recordOf({ record: "/data" }, { data: [{ id: 1 }] })).to.deep.equal([{ id: 1 }]);
    expect(recordOf({ record: "/a~1b/0" }, { "a/b": ["x"] })).to.equal("x");
    expect(recordOf({ record: "/data" }, [1])).to.equal(null);
    expect(recordOf({ record: "/constructor/name" }, {})).to.equal(null);
  });

  it("takes messages beside data, behind its own", () => {
    expect(withMessages(noco, body('{ "data": 1 }'), ["a"])).to.equal(
      '{ "data": 1 ,"messages":[{"message":"a"}]}',
    );
    expect(withMessages(noco, body("{}"), ["a"])).to.equal('{"messages":[{"message":"a"}]}');
    expect(withMessages(noco, body('{"messages":[{"message":"own"}]}'), ["a"])).to.equal(
      '{"messages":[{"message":"own"},{"message":"a"}]}',
    );
  });

  it("keeps numbers as they were written beside messages", () => {
    expect(withMessages(noco, body('{"data":{"id":12345678901234567890,"n":1.0}}\n'), [])).to.equal(
      '{"data":{"id":12345678901234567890,"n":1.0},"messages":[]}\n',
    );
  });

  it("has messages in the header where the body can't hold them", () => {
    expect(withMessages(noco, body("[1]"), ["a"])).to.equal(null);
    expect(withMessages(noco, body('"text"'), ["a"])).to.equal(null);
    expect(withMessages({ messages: "header" }, body('{"data":1}'), ["a"])).to.equal(null);
  });
});

const noco = { messages: "body" } as const;

const body = (text: string): JsonText => ({ text, value: JSON.parse(text) as Json });
