import { expect } from "chai";
import type { Json } from "../../../src/model/json.ts";
import type { RecordQuery } from "../../../src/model/records.ts";
import type { StepError } from "../../../src/model/step-error.ts";
import type { ApiFacts } from "../../../src/model/upstream-api.ts";
import { directus } from "../../support/directus.ts";
import { type Answer, answerJson } from "../../support/upstream.ts";
import { asService, factsOf, queryOf, recordsPlace } from "./place.ts";

/** 134 records, of which an upstream gives 25 at a time. */
const ALL = Array.from({ length: 134 }, (_, at) => ({ id: at + 1, even: at % 2 === 1 }));
const PAGE = 25;

describe("a list that comes in pages", () => {
  const place = recordsPlace();

  const pages: [what: string, facts: Partial<ApiFacts>, answer: Answer, requests: number][] = [
    [
      "NocoBase, which tells its count",
      factsOf("nocobase"),
      paged("page", "pageSize", (data) => ({ body: { data, meta: { count: ALL.length } } })),
      6,
    ],
    [
      "NocoBase, which tells no more than whether there is more",
      factsOf("nocobase"),
      paged("page", "pageSize", (data, more) => ({ body: { data, meta: { hasNext: more } } })),
      6,
    ],
    [
      "Directus with QUERY_LIMIT_MAX",
      factsOf("directus"),
      directus(new Map([["posts", [...ALL]]]), { maxLimit: PAGE }),
      6,
    ],
    [
      "one like Strapi",
      {
        record: "/data",
        limit: "pagination[pageSize]",
        page: "pagination[page]",
        total: ["/meta/pagination/total"],
      },
      paged("pagination[page]", "pagination[pageSize]", (data) => ({
        body: { data, meta: { pagination: { total: ALL.length } } },
      })),
      6,
    ],
    [
      "one that counts records, with Content-Range",
      { limit: "limit", offset: "offset" },
      (request, response) => {
        const from = Number(parameter(request.url, "offset") ?? 0);
        const rows = ALL.slice(from, from + PAGE);
        response.setHeader("Content-Range", `${from}-${from + rows.length - 1}/${ALL.length}`);
        answerJson(response, 206, rows);
      },
      6,
    ],
    [
      "one with X-Total-Count",
      { page: "_page" },
      paged("_page", "_limit", (body) => ({ body, headers: { "X-Total-Count": "134" } })),
      6,
    ],
    [
      "one with Link",
      { page: "_page" },
      paged("_page", "_limit", (body, more) => ({
        body,
        headers: {
          Link: more ? '</posts?_page=9>; rel="prev", </posts>; rel="next"' : "</posts>; rel=prev",
        },
      })),
      6,
    ],
    [
      "one that never says how many there are",
      { page: "_page" },
      paged("_page", "_limit", (body) => ({ body })),
      7,
    ],
  ];
  for (const [what, facts, as, requests] of pages) {
    it(`is read whole: ${what}`, async () => {
      place.answer = as;
      const list = await listed(facts);
      expect(list).to.deep.equal(ALL);
      expect(place.backend.lines()).to.have.length(requests);
    });
  }

  it("is filtered and ordered over all pages", async () => {
    place.answer = paged("_page", "_limit", (body) => ({ body }));
    const list = await listed(
      { page: "_page" },
      { filter: { even: true }, sort: ["-id"], limit: 2 },
    );
    expect(list).to.deep.equal([
      { id: 134, even: true },
      { id: 132, even: true },
    ]);
  });

  it("is read no further than the limit asks", async () => {
    place.answer = paged("page", "pageSize", (data) => ({ body: { data, meta: { count: 134 } } }));
    const list = await listed(factsOf("nocobase"), { limit: 30 });
    expect(list).to.deep.equal(ALL.slice(0, 30));
    expect(place.backend.lines()).to.have.length(2);
  });

  it("is whole where an upstream without pages gives the same again", async () => {
    place.answer = (_request, response) => answerJson(response, 200, ALL.slice(0, 3));
    expect(await listed({ page: "_page" })).to.deep.equal(ALL.slice(0, 3));
    expect(place.backend.lines()).to.have.length(2);
  });

  it("has a record once that moved to the next page meanwhile", async () => {
    place.answer = (request, response) => {
      const page = Number(parameter(request.url, "_page") ?? 1);
      const rows = [ALL.slice(0, 3), ALL.slice(2, 5), []][page - 1] ?? [];
      answerJson(response, 200, rows);
    };
    expect(await listed({ page: "_page" })).to.deep.equal(ALL.slice(0, 5));
  });

  const more: [
    what: string,
    facts: Partial<ApiFacts>,
    headers: Record<string, string>,
    body: Json,
  ][] = [
    ["X-Total-Count", {}, { "X-Total-Count": "134" }, ALL.slice(0, PAGE)],
    ["Content-Range", {}, { "Content-Range": "items 0-24/134" }, ALL.slice(0, PAGE)],
    ["Link", {}, { Link: '</posts?page=2>; rel="next"' }, ALL.slice(0, PAGE)],
    [
      "a total of its body",
      { record: "/data" },
      {},
      { data: ALL.slice(0, PAGE), meta: { pagination: { total: 134 } } },
    ],
    [
      "the address of the next page",
      { record: "/results" },
      {},
      { results: ALL.slice(0, PAGE), next: "http://api.example/posts?page=2" },
    ],
    [
      "a total, and gives the same page again",
      { record: "/data", page: "page" },
      {},
      { data: ALL.slice(0, PAGE), meta: { total: 134 } },
    ],
  ];
  for (const [what, facts, headers, body] of more) {
    it(`never passes for all when the upstream says that there are more: ${what}`, async () => {
      place.answer = (_request, response) => {
        for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
        answerJson(response, 200, body);
      };
      const error = await listed(facts).then(
        () => null,
        (thrown: unknown) => thrown as StepError,
      );
      expect(error).to.include({ code: "LIST_INCOMPLETE", retryable: false });
    });
  }

  it("is complete where its limit is met, whatever else there is", async () => {
    place.answer = (_request, response) => {
      response.setHeader("X-Total-Count", "134");
      answerJson(response, 200, ALL.slice(0, PAGE));
    };
    expect(await listed({}, { limit: 5 })).to.deep.equal(ALL.slice(0, 5));
  });

  it("errs at limits.rows, and reads no more", async () => {
    place.answer = paged("_page", "_limit", (body) => ({ body }));
    const error = await listed({ page: "_page" }, {}, 60).then(
      () => null,
      (thrown: unknown) => thrown as StepError,
    );
    expect(error).to.include({ code: "TOO_MANY_ROWS" });
    expect(place.backend.lines()).to.have.length(3);
  });

  function listed(own: Partial<ApiFacts>, part: Partial<RecordQuery> = {}, rowLimit = 1_000) {
    const store = place.records({ facts: factsOf("rest", own), rowLimit });
    return store.list("posts", queryOf(part), asService);
  }
});

const parameter = (url = "", name: string) =>
  new URL(url, "http://upstream").searchParams.get(name);

/** An upstream that gives no more than 25 records of a page. */
function paged(
  page: string,
  size: string,
  answerOf: (data: Json, more: boolean) => { body: Json; headers?: Record<string, string> },
): Answer {
  return ({ url }, response) => {
    const count = Math.min(PAGE, Number(parameter(url, size) ?? PAGE));
    const from = (Number(parameter(url, page) ?? 1) - 1) * count;
    const { body, headers = {} } = answerOf(
      ALL.slice(from, from + count),
      from + count < ALL.length,
    );
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
    answerJson(response, 200, body);
  };
}
