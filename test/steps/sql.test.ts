import { expect } from "chai";
import type { Json } from "../../src/model/json.ts";
import { sqlStatement } from "../../src/model/sql-statement.ts";
import type { StepServices } from "../../src/model/step-context.ts";
import { mistakesIn, ran, typeOf, yetUnknown } from "./step-context.ts";

describe("an sql step", () => {
  it("gives the rows of its statement, with the values bound by name", async () => {
    const asked: unknown[][] = [];
    const query = (...args: unknown[]) => {
      asked.push(args);
      return Promise.resolve([{ n: 1 }] as Json[]);
    };
    const services = { databases: { query } } as unknown as StepServices;
    const config = { database: "shop", sql: "select :n as n", params: { n: 1 } };
    const { outcome } = await ran("sql", config, { services });
    expect(outcome.result).to.deep.equal([{ n: 1 }]);
    const statement = { texts: ["select ", " as n"], names: ["n"] };
    expect(asked[0]?.slice(0, 3)).to.deep.equal(["shop", statement, { n: 1 }]);
  });

  it("is refused where a value would be put into the text of the statement (SQL injection)", () => {
    for (const text of ["select '${{ trigger.data.id }}'", "select * from ${TABLE}"]) {
      expect(mistakesIn("sql", { database: "shop", sql: text })).to.deep.equal([
        "sql: a value is never put into the text of a statement; write a placeholder, :name, and the value under params",
      ]);
    }
  });

  it("is refused with a placeholder without a value, and with a value without a placeholder", () => {
    const config = { database: "shop", sql: "select :id", params: { ident: yetUnknown } };
    expect(mistakesIn("sql", config)).to.deep.equal([
      "sql: the placeholder :id has no value; give it one under params",
      'params.ident: "ident" is not a placeholder of the statement; write :ident where its value stands',
    ]);
  });

  it("counts as one that acts, whatever its statement", () => {
    const config: unknown = { database: "shop", sql: "select 1", params: {} };
    expect(typeOf("sql")).to.include({ acts: true });
    expect(typeOf("sql").isReadOnly(config)).to.equal(false);
  });
});

describe("the placeholders of a statement", () => {
  for (const [text, names] of [
    ["select :a, :b_2, :a", ["a", "b_2", "a"]],
    ["select ':a', \":b\", `:c`, 'it''s :d', :e", ["e"]],
    ["select :a::text, '12:30'::time", ["a"]],
    ["select 1 -- :a\n, /* :b\n */ :c", ["c"]],
    ["do $$ :a $$; select $x$ :b $$ :c $x$, :d", ["d"]],
    ["select a[1:2]", []],
  ] as const) {
    it(`of ${JSON.stringify(text)} are ${names.join(", ") || "none"}`, () => {
      const statement = sqlStatement(text);
      expect(statement.names).to.deep.equal(names);
      expect(
        statement.texts.map((part, at) => part + (names[at] ? `:${names[at]}` : "")).join(""),
      ).to.equal(text);
    });
  }
});
