import { expect } from "chai";
import { array, constantFrom, property, string } from "fast-check";
import { celLanguage } from "../../src/expressions/language.ts";
import type { Json } from "../../src/model/json.ts";
import { templateParts } from "../../src/model/template-parts.ts";
import { type UrlTemplate, urlTemplate } from "../../src/model/url-template.ts";
import { itHolds } from "../support/property.ts";

describe("the URL of a request", () => {
  const cases: [template: string, value: Json, url: string][] = [
    ["http://h/posts/${{ v }}", "../../posts/1?", "http://h/posts/..%2F..%2Fposts%2F1%3F"],
    ["http://h/posts/${{ v }}", "a b#c\\d", "http://h/posts/a%20b%23c%5Cd"],
    ["http://h/posts/${{ v }}", "%2e%2e", "http://h/posts/%252e%252e"],
    ["http://h/${{ v }}.json", "a/b", "http://h/a%2Fb.json"],
    ["http://h/${{ v }}-${{ v }}/x", 7, "http://h/7-7/x"],
    ["http://h/?q=${{ v }}&r=1", "x&role=admin#", "http://h/?q=x%26role%3Dadmin%23&r=1"],
    ["http://h?q=${{ v }}", "a+b c", "http://h?q=a%2Bb%20c"],
    ["http://h?q=${{ v }}", null, "http://h?q="],
    ["http://h?q=${{ v }}", { a: [1] }, "http://h?q=%7B%22a%22%3A%5B1%5D%7D"],
    ["http://h/?${{ v }}=1", "a=2&b", "http://h/?a%3D2%26b=1"],
    ["http://h/#${{ v }}", "a?b", "http://h/#a%3Fb"],
    ["http://h/${{ raw(v) }}", "a/b?c=d", "http://h/a/b?c=d"],
    ["http://h/${{ raw(v) }}", "..", "http://h/.."],
    ["http://h/${{ true ? raw(v) : raw(v) }}", "a/b", "http://h/a/b"],
    ["${{ v }}", "https://x.example/a?b", "https://x.example/a?b"],
    ["${{ raw(v) }}", "https://x.example/a?b", "https://x.example/a?b"],
    ["${{ v }}/posts/${{ v }}", "http://x", "http://x/posts/http%3A%2F%2Fx"],
    ["http://${{ v }}/a", "api.example.com:8080", "http://api.example.com:8080/a"],
    ["http://me:${{ v }}@h/", "p@ss/w", "http://me:p%40ss%2Fw@h/"],
  ];
  for (const [template, value, url] of cases) {
    it(`is ${url} where ${template} is filled in with ${JSON.stringify(value)}`, () => {
      expect(made(template).evaluate({ v: value })).to.equal(url);
    });
  }

  const refused: [template: string, value: Json][] = [
    ["http://h/posts/${{ v }}", ""],
    ["http://h/posts/${{ v }}", null],
    ["http://h/posts/${{ v }}", "."],
    ["http://h/posts/${{ v }}", ".."],
    ["http://h/posts/${{ v }}/comments", ".."],
    ["http://h/posts/${{ v }}?a=1", ".."],
    ["http://h/posts/.${{ v }}", "."],
    ["http://h/posts/%2e${{ v }}", "."],
    ["http://h/posts/${{ v }}${{ v }}", "."],
    ["http://h/posts/${{ v }}", "\ud800"],
    ["http://${{ v }}/a", "evil.example/x?"],
    ["http://${{ v }}/a", "me@evil.example"],
    ["http://api.example.com${{ v }}/a", "@evil.example"],
    ["http:/${{ v }}/a", "/evil"],
  ];
  for (const [template, value] of refused) {
    it(`errs where ${template} is filled in with ${JSON.stringify(value)}`, () => {
      expect(() => made(template).evaluate({ v: value })).to.throw(/URL|host|half a character/);
    });
  }

  const origins: [template: string, origin: string | null][] = [
    ["https://h:8080/${{ v }}", "https://h:8080"],
    ["https://h?${{ v }}", "https://h"],
    ["https://h/${{ raw(v) }}", "https://h"],
    ["https://me:${{ v }}@h/", "https://h"],
    ["https://me:${{ raw(v) }}@h/", null],
    ["https://h${{ raw(v) }}", null],
    ["https://${{ v }}/", null],
    ["https:///${{ v }}", null],
    ["${{ v }}/a", null],
  ];
  for (const [template, origin] of origins) {
    it(`has ${origin === null ? "no fixed origin" : `the fixed origin ${origin}`} where it is written as ${template}`, () => {
      expect(made(template).origin).to.equal(origin);
    });
  }

  itHolds(
    "keeps its origin, its path and its parameters, whatever is put in",
    property(
      string({ unit: "binary" }),
      array(constantFrom(..."../?#&=%2e\\@: \t\n".split(""))),
      (text, odd) => {
        const value = text + odd.join("");
        let url: URL;
        try {
          const template = "https://api.example.com/a/${{ v }}/b?x=${{ v }}&y=1";
          url = new URL(made(template).evaluate({ v: value }));
        } catch (error) {
          expect(String(error)).to.match(/URL|half a character/);
          return;
        }
        expect(url.origin).to.equal("https://api.example.com");
        const [, first, segment = "", last, ...more] = url.pathname.split("/");
        expect([first, last, more.length]).to.deep.equal(["a", "b", 0]);
        expect(decodeURIComponent(segment)).to.equal(value);
        expect([...url.searchParams]).to.deep.equal([
          ["x", value],
          ["y", "1"],
        ]);
      },
    ),
  );
});

const language = celLanguage(() => new Date(0), 1_000_000);
const names = {
  trigger: "dyn",
  steps: [],
  unsure: [],
  outOfReach: [],
  vars: [],
  loops: ["v"],
  error: false,
  types: new Map(),
} as const;

function made(text: string): UrlTemplate {
  const compiled = language.template(templateParts(text), names);
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.mistakes));
  return urlTemplate(compiled.value.pieces);
}
