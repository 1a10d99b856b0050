import { expect } from "chai";
import { appendsFact, sortFact } from "../../../src/model/query-facts.ts";
import {
  type Parameter,
  appendsParameters,
  sortParameters,
} from "../../../src/proxy/records/parameters.ts";

describe("the order of a list", () => {
  const cases: [api: string, fact: unknown, said: string][] = [
    ["NocoBase, Directus and Parse", { parameter: "sort" }, "sort=title,-id,author.name"],
    ["Strapi", { parameter: "sort", descending: "{field}:desc" }, "sort=title,id:desc,author.name"],
    [
      "PostgREST",
      { parameter: "order", descending: "{field}.desc" },
      "order=title,id.desc,author.name",
    ],
    [
      "OData",
      { parameter: "$orderby", descending: "{field} desc" },
      "$orderby=title,id desc,author.name",
    ],
    [
      "API Platform",
      { parameter: "order[{field}]", ascending: "asc", descending: "desc", separator: null },
      "order[title]=asc&order[id]=desc&order[author.name]=asc",
    ],
    [
      "LoopBack",
      {
        parameter: "filter[order][{index}]",
        ascending: "{field} ASC",
        descending: "{field} DESC",
        separator: null,
      },
      "filter[order][0]=title ASC&filter[order][1]=id DESC&filter[order][2]=author.name ASC",
    ],
    ["an API that is named by a parameter alone", "_sort", "_sort=title,-id,author.name"],
  ];
  for (const [api, fact, said] of cases) {
    it(`is said as ${api} takes it`, () => {
      const sort = ["title", "-id", "+author.name"];
      expect(shown(sortParameters(sortFact.parse(fact), sort))).to.equal(said);
    });
  }

  it("is not said where none is asked for", () => {
    expect(sortParameters(sortFact.parse("sort"), [])).to.deep.equal([]);
  });

  it("takes the name of a field as it is, even if it looks like a template", () => {
    const fact = sortFact.parse({ parameter: "sort", descending: "{field}:desc" });
    const fields = ["-{field}", "$&", "-constructor", "{constructor}"];
    expect(shown(sortParameters(fact, fields))).to.equal(
      "sort={field}:desc,$&,constructor:desc,{constructor}",
    );
  });
});

describe("associations to load along", () => {
  const cases: [api: string, fact: unknown, said: string][] = [
    ["NocoBase", { parameter: "appends" }, "appends=category,author.company,author.town"],
    ["Parse", { parameter: "include" }, "include=category,author.company,author.town"],
    [
      "Directus",
      { parameter: "fields", first: "*", each: "{name}.*" },
      "fields=*,category.*,author.company.*,author.town.*",
    ],
    [
      "Strapi",
      { parameter: "populate[{index}]", separator: null },
      "populate[0]=category&populate[1]=author.company&populate[2]=author.town",
    ],
    [
      "json-server",
      { parameter: "_embed", separator: null },
      "_embed=category&_embed=author.company&_embed=author.town",
    ],
    [
      "PostgREST",
      { parameter: "select", first: "*", each: "{name}(*)", nested: "{name}(*,{nested})" },
      "select=*,category(*),author(*,company(*),town(*))",
    ],
    [
      "OData",
      { parameter: "$expand", nested: "{name}($expand={nested})" },
      "$expand=category,author($expand=company,town)",
    ],
  ];
  for (const [api, fact, said] of cases) {
    it(`are asked for as ${api} takes it`, () => {
      const appends = ["category", "author.company", "author.town"];
      expect(shown(appendsParameters(appendsFact.parse(fact), appends))).to.equal(said);
    });
  }

  it("are not asked for where there are none", () => {
    const fact = appendsFact.parse({ parameter: "fields", first: "*" });
    expect(appendsParameters(fact, [])).to.deep.equal([]);
  });
});

const shown = (parameters: readonly Parameter[]) =>
  parameters.map(([name, value]) => `${name}=${value}`).join("&");
