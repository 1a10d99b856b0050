import type { ServerResponse } from "node:http";
import { expect } from "chai";
import { property, string } from "fast-check";
import type { Action, RequestLine } from "../../../src/model/action.ts";
import { GatewayError } from "../../../src/model/errors.ts";
import { expressPathMistake } from "../../../src/model/express-path.ts";
import { type Json, type JsonObject, jsonText } from "../../../src/model/json.ts";
import { jsonAt, jsonUnder } from "../../../src/model/json-pointer.ts";
import { type ApiFacts, apiFacts } from "../../../src/model/upstream-api.ts";
import { withMessages } from "../../../src/proxy/apis/answers.ts";
import { presets } from "../../../src/proxy/apis/index.ts";
import { translator } from "../../../src/proxy/apis/translate.ts";
import { lookOf, verdictText } from "../../front/look.ts";
import { itHolds } from "../../support/property.ts";
import { answerJson } from "../../support/upstream.ts";
import { asService, failure, queryOf, recordsPlace } from "../records/place.ts";

const ACTIONS = ["list", "get", "create", "update", "destroy"] as const;

const NAMES_A_RECORD: ReadonlySet<string> = new Set(["get", "update", "destroy"]);

/** Records of which a page holds two. */
const TITLES = ["a", "b", "c", "d", "e"];
const PAGE = 2;

const wellFormed = string({ unit: "binary" }).filter((key) => !/\p{Surrogate}/u.test(key));

for (const [preset, facts] of presets) {
  describe(`the preset ${preset}`, () => {
    const place = recordsPlace();
    const { primaryKey } = facts;
    const ALL: readonly JsonObject[] = TITLES.map((title, at) => ({ [primaryKey]: at + 1, title }));
    const records = (own: Parameters<typeof place.records>[0] = {}) =>
      place.records({ facts, ...own });

    const ids = async (sort: string) => {
      const list = await records().list("posts", queryOf({ sort: [sort] }), asService);
      return list.map((record) => (record as JsonObject)[primaryKey]);
    };

    it("is a complete table of facts, each in its right form", () => {
      expect(apiFacts.parse(facts)).to.deep.equal(facts);
    });

    it("names other doors by valid paths", () => {
      const mistakes = facts.doors.paths.map(expressPathMistake);
      expect(mistakes).to.deep.equal(facts.doors.paths.map(() => null));
    });

    for (const name of ACTIONS) {
      it(`sends ${name} in a form that is read as ${name} again, and sent the same`, () => {
        const keys = NAMES_A_RECORD.has(name) ? ["7"] : [];
        const { method, path } = lineOf(facts, name, keys);
        const look = lookOf({ api: preset, guards: [["posts", ...ACTIONS]] });
        // Where a key is a filter, one record is read as a list of one.
        const read = facts.form === "query" && name === "get" ? ["list"] : [name, ...keys];
        expect(verdictText(look(method, path))).to.equal(
          `hooks ${["posts", ...read].join(" ")} → ${method} ${path}`,
        );
      });
    }

    itHolds(
      "keeps any key within one segment of the path, or one value of the query",
      property(wellFormed, (key) => {
        const line = lineOrNull(facts, "update", [key]);
        if (line === null) return;
        expect(partsOf(line)).to.deep.equal(
          partsOf(lineOf(facts, "update", ["KEY"])).map((part) => part.replace("KEY", () => key)),
        );
      }),
    );

    it("finds a record where its answers hold it, and writes one where its bodies do", async () => {
      const record = { [primaryKey]: "7", title: "a" };
      place.serve(200, jsonUnder(facts.record, record));
      expect(await records().get("posts", "7", [], asService)).to.deep.equal(record);
      expect(await records().create("posts", { title: "a" }, asService)).to.deep.equal(record);
      expect(await records().update("posts", "7", { title: "a" }, asService)).to.deep.equal(record);
      expect(await records().destroy("posts", "7", asService)).to.deep.equal(record);
      const sent = place.backend.asked.map(({ body }) => body.toString()).filter(Boolean);
      expect(sent).to.have.length(2);
      for (const body of sent) {
        expect(jsonAt(JSON.parse(body) as Json, facts.values)).to.deep.equal({ title: "a" });
      }
    });

    it("gives the whole record that was written, however little the answer tells of it", async () => {
      const whole = { [primaryKey]: "7", title: "a", slug: "made-by-the-upstream" };
      const told = facts.written === "whole" ? whole : { [primaryKey]: "7" };
      place.answer = ({ method }, response) =>
        answerJson(response, 200, jsonUnder(facts.record, method === "GET" ? whole : told));
      const created = await records().create("posts", { title: "a" }, asService);
      const updated = await records().update("posts", "7", { title: "a" }, asService);
      expect([created, updated]).to.deep.equal([whole, whole]);
    });

    it("reads a list to its end, however few records a page holds", async () => {
      place.answer = ({ url = "" }, response) =>
        answerList(facts, pageOf(ALL, facts, url), response);
      const list = await records().list("posts", queryOf(), asService);
      expect(list).to.deep.equal(ALL);
    });

    for (const total of facts.total) {
      it(`never takes a page for the whole where ${total} says that there is more`, async () => {
        const list = facts.records ?? facts.record;
        const where = { record: list === "" ? "/items" : list, records: null };
        place.answer = (_request, response) =>
          answerList({ ...where, total: [total] }, ALL.slice(0, PAGE), response);
        const store = records({ facts: { ...facts, ...where } });
        const error = await failure(store.list("posts", queryOf(), asService));
        expect(error.code).to.equal("LIST_INCOMPLETE");
      });
    }

    it("gives a list in the order that is asked for: the upstream's work, or done here", async () => {
      place.answer = (_request, response) => answerList(facts, ALL.slice(0, PAGE), response, PAGE);
      const found = [await ids(primaryKey), await ids(`-${primaryKey}`)];
      const [up = "", down = ""] = place.backend.lines();
      if (facts.sort === null) {
        expect(up).to.equal(down);
        expect(found).to.deep.equal([
          [1, 2],
          [2, 1],
        ]);
      } else {
        expect(up).to.include(primaryKey);
        expect(down).to.include(primaryKey);
        expect(up).to.not.equal(down);
      }
    });

    it("filters by equality: the upstream's work, or done here", async () => {
      place.answer = (_request, response) => answerList(facts, ALL.slice(0, PAGE), response, PAGE);
      const list = await records().list("posts", queryOf({ filter: { title: "b" } }), asService);
      const isTold = /title.*b/.test(place.backend.lines()[0] ?? "");
      if (!isTold) expect(list).to.deep.equal([ALL[1]]);
      expect(list).to.deep.include(ALL[1]);
    });

    it("loads an association along: the upstream's work, or by a second request", async () => {
      const category = { id: 9, name: "News" };
      place.answer = ({ url = "" }, response) => {
        const isAsked = /[?&].*category/.test(url);
        const post = { [primaryKey]: "7", categoryId: 9, ...(isAsked && { category }) };
        const found = url.includes("categories") ? category : post;
        answerJson(response, 200, jsonUnder(facts.record, found));
      };
      const leads = { category: { collection: "categories", foreignKey: null } };
      const collections = { posts: { associations: leads } };
      const post = await records({ collections }).get("posts", "7", ["category"], asService);
      expect(post).to.deep.equal({ [primaryKey]: "7", categoryId: 9, category });
      expect(place.backend.lines()).to.have.length(facts.appends === null ? 2 : 1);
    });

    it("has a place for messages: beside the record, or in the header", () => {
      const body = jsonUnder("/data", { id: 7 });
      const text = withMessages(facts, { text: jsonText(body), value: body }, ["Saved"]);
      if (facts.messages === "header") expect(text).to.equal(null);
      else
        expect(JSON.parse(text ?? "")).to.deep.equal({
          data: { id: 7 },
          messages: [{ message: "Saved" }],
        });
    });
  });
}

/** The request line of an action, in the upstream's own form. */
function lineOf(facts: ApiFacts, name: string, keys: readonly string[]): RequestLine {
  const action: Action = {
    collection: "posts",
    name,
    keys,
    filterByTk: null,
    parent: null,
    form: "action",
  };
  return translator(facts, () => facts.primaryKey)(action, "POST", "");
}

/** The same; null where the key is refused. */
function lineOrNull(facts: ApiFacts, name: string, keys: readonly string[]): RequestLine | null {
  try {
    return lineOf(facts, name, keys);
  } catch (error) {
    if (error instanceof GatewayError) return null;
    throw error;
  }
}

/** The segments of a path and the values of its query, decoded. */
function partsOf({ path }: RequestLine): string[] {
  const { pathname, searchParams } = new URL(path, "http://upstream");
  return [...pathname.split("/").map(decodeURIComponent), ...searchParams.values()];
}

/** The records that a list's request asks for: a page, where the upstream has pages. */
function pageOf(
  all: readonly JsonObject[],
  { page, offset }: ApiFacts,
  url: string,
): readonly JsonObject[] {
  const { searchParams } = new URL(url, "http://upstream");
  const numberIn = (name: string) => Number(searchParams.get(name) ?? 0);
  if (page !== null) return all.slice((Math.max(numberIn(page), 1) - 1) * PAGE).slice(0, PAGE);
  if (offset !== null) return all.slice(numberIn(offset)).slice(0, PAGE);
  return all;
}

/** Answers with a list, and says where the facts look for it how many records there are in all. */
function answerList(
  { record, records: list, total }: Pick<ApiFacts, "record" | "records" | "total">,
  records: readonly JsonObject[],
  response: ServerResponse,
  count = TITLES.length,
): void {
  const [where = ""] = total;
  const body = jsonUnder(list ?? record, records);
  if (where === "" || (where.startsWith("/") && Array.isArray(body))) {
    return answerJson(response, 200, body);
  }
  if (where.startsWith("/")) {
    return answerJson(response, 200, {
      ...(body as JsonObject),
      ...(jsonUnder(where, count) as JsonObject),
    });
  }
  const isLink = where.toLowerCase() === "link";
  response.setHeader(where, isLink ? '</posts?page=2>; rel="next"' : String(count));
  answerJson(response, 200, body);
}
