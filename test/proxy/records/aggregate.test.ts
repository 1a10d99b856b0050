import { expect } from "chai";
import { array, bigInt, property } from "fast-check";
import type { AggregateQuery } from "../../../src/model/aggregate.ts";
import { type Json, jsonText } from "../../../src/model/json.ts";
import { aggregated } from "../../../src/proxy/records/aggregate.ts";
import { itHolds } from "../../support/property.ts";
import { answerJson } from "../../support/upstream.ts";
import { asService, factsOf, failure, recordsPlace } from "./place.ts";

const place = recordsPlace();
const ALL = ["count", "sum", "avg", "min", "max"] as const;
const numbers = (values: readonly Json[]) =>
  ALL.map((name) =>
    aggregated(
      values.map((n) => ({ n })),
      { function: name, field: "n" },
    ),
  );

describe("a number made of records in memory", () => {
  it("leaves out what is null or missing, as SQL does", () => {
    expect(numbers([3, null, 1])).to.deep.equal([2, 4, 2, 1, 3]);
    expect(aggregated([{ n: 1 }, {}], { function: "count", field: "n" })).to.equal(1);
  });

  it("is 0 for count and sum, and null for the others, where there is no value", () => {
    expect(numbers([])).to.deep.equal([0, 0, null, null, null]);
    expect(numbers([null])).to.deep.equal([0, 0, null, null, null]);
  });

  it("counts records where no field is named", () => {
    expect(aggregated([{ n: null }, {}], { function: "count", field: null })).to.equal(2);
  });

  it("is exact for integers outside ±2^53", () => {
    const large = 50755254975729665n;
    expect(numbers([large, 1, 2])).to.deep.equal([3, large + 3n, Number(large + 3n) / 3, 1, large]);
    expect(numbers([large, large])).to.deep.equal([2, large * 2n, large, large, large]);
  });

  it("is exact for decimals, also for those that upstreams give as texts", () => {
    expect(numbers([0.1, 0.2])).to.deep.equal([2, 0.3, 0.15, 0.1, 0.2]);
    expect(numbers(["10.50", "9.25"])).to.deep.equal([2, 19.75, 9.875, 9.25, 10.5]);
    expect(numbers([1e-7, -2.5])).to.deep.equal([2, -2.4999999, -1.24999995, -2.5, 1e-7]);
  });

  it("takes a nested field", () => {
    const records = [{ order: { price: 2 } }, { order: null }, { order: { price: 3 } }];
    expect(aggregated(records, { function: "sum", field: "order.price" })).to.equal(5);
  });

  for (const value of ["many", "", true, { a: 1 }, [1], "1e9999999999"]) {
    it(`errs on the value ${jsonText(value)}`, () => {
      expect(() => numbers([1, value])).to.throw("The field n of a record is not a number");
    });
  }

  itHolds(
    "has the sum and the bounds of any integers",
    property(array(bigInt({ min: -(2n ** 63n), max: 2n ** 63n }), { minLength: 1 }), (all) => {
      const [, sum, , min, max] = numbers(all);
      const sorted = all.toSorted((a, b) => (a < b ? -1 : a > b ? 1 : 0));
      expect([sum, min, max].map((value) => BigInt(value ?? 0.5))).to.deep.equal([
        all.reduce((a, b) => a + b, 0n),
        sorted.at(0),
        sorted.at(-1),
      ]);
    }),
    { runs: 200 },
  );
});

describe("a number made by the upstream", () => {
  it("of Directus is its own aggregate, with the filter", async () => {
    place.serve(200, { data: [{ sum: { price: "50755254975729665.0" } }] });
    const found = await asked("directus", {
      filter: { open: true },
      field: "price",
      function: "sum",
    });
    expect(found).to.equal(50755254975729665n);
    expect(decoded()).to.deep.equal([
      'GET /items/posts?filter={"open":{"_eq":true}}&aggregate[sum]=price',
    ]);
  });

  it("of no records is 0 as a sum and null as an average, where Directus says null", async () => {
    place.serve(200, { data: [{ sum: { price: null }, avg: { price: null } }] });
    expect(await asked("directus", { filter: null, field: "price", function: "sum" })).to.equal(0);
    expect(await asked("directus", { filter: null, field: "price", function: "avg" })).to.equal(
      null,
    );
  });

  it("errs where the answer holds no number", async () => {
    place.serve(200, { data: [] });
    const { records } = place;
    const query = { filter: null, field: "price", function: "max" } as const;
    const call = records({ facts: factsOf("directus") }).aggregate("posts", query, asService);
    expect(await failure(call)).to.deep.include({ code: "UPSTREAM_FAILED", retryable: false });
  });

  it("is the length of a list, where it tells that, without reading the list", async () => {
    place.serve(200, { data: [{ id: 1 }], meta: { count: 25_000 } });
    const filter = { open: true };
    expect(await asked("nocobase", { filter, field: null, function: "count" })).to.equal(25_000);
    expect(decoded()).to.deep.equal(['GET /api/posts:list?filter={"open":true}&pageSize=1']);
  });

  it("is not the length of one page, where the total is that of the page", async () => {
    place.answer = ({ url = "" }, response) => {
      const all = [{ id: 1 }, { id: 2 }, { id: 3 }];
      const data =
        url.includes("pageSize=1&") || url.endsWith("pageSize=1") ? all.slice(0, 1) : all;
      answerJson(response, 200, { data, meta: { count: data.length } });
    };
    expect(await asked("nocobase", { filter: null, field: null, function: "count" })).to.equal(3);
  });
});

describe("a number that the upstream can't make", () => {
  it("is made of all pages of the list", async () => {
    place.answer = ({ url = "" }, response) => {
      const page = Number(new URL(url, "http://upstream").searchParams.get("page") ?? 1);
      const data = [
        { id: page * 2, n: page },
        { id: page * 2 + 1, n: 10 },
      ];
      answerJson(response, 200, { data, meta: { count: 6 } });
    };
    expect(await asked("nocobase", { filter: null, field: "n", function: "sum" })).to.equal(36);
    expect(place.backend.lines()).to.have.length(3);
  });

  it("is made of the records that a filter leaves in memory", async () => {
    place.serve(200, [
      { id: 1, n: 5, open: true },
      { id: 2, n: 7, open: false },
    ]);
    const query = { filter: { open: true }, field: "n", function: "max" } as const;
    expect(await asked("rest", query)).to.equal(5);
    expect(await asked("rest", { ...query, field: null, function: "count" })).to.equal(1);
  });

  it("errs over limits.rows, rather than being made of some of them", async () => {
    place.serve(200, [{ n: 1 }, { n: 2 }, { n: 3 }]);
    const query = { filter: null, field: "n", function: "sum" } as const;
    const call = place.records({ rowLimit: 2 }).aggregate("posts", query, asService);
    expect(await failure(call)).to.have.property("code", "TOO_MANY_ROWS");
  });
});

const asked = (preset: string, query: AggregateQuery) =>
  place.records({ facts: factsOf(preset) }).aggregate("posts", query, asService);

const decoded = () => place.backend.lines().map(decodeURIComponent);
