import { expect } from "chai";
import {
  type Arbitrary,
  array,
  constant,
  constantFrom,
  integer,
  nat,
  oneof,
  property,
  string,
  tuple,
} from "fast-check";
import { presets } from "../../src/proxy/apis/index.ts";
import { itHolds } from "../support/property.ts";
import { type Guard, lookOf, verdictText } from "./look.ts";

const guards: Guard[] = [["posts", "list", "get", "create", "update", "destroy", "publish"]];

/** The presets, and the path of `upstream.url` behind each: every preset once at the root. */
const fronts: readonly (readonly [api: string, base: string])[] = [
  ...[...presets.keys()].map((api) => [api, "/"] as const),
  ["rest", "/v1"],
];

/** The prefix of a preset, to be put before a path. */
const prefixOf = (api: string) => presets.get(api)?.prefix.replace(/\/$/, "") ?? "";

/** Requests for a guarded action, as a client without tricks sends them. */
const guardedRequest = (api: string) =>
  constantFrom(
    ["GET", "/posts"],
    ["POST", "/posts"],
    ["DELETE", "/posts"],
    ["PATCH", "/posts/1"],
    ["DELETE", "/posts/1"],
    ["POST", "/posts:create"],
    ["POST", "/posts:destroy/1"],
    ["POST", "/posts:publish/1"],
    ["POST", "/users/1/posts"],
    ["DELETE", "/users/1/posts/2"],
    ["POST", "/users/1/posts:update/2"],
  ).map(([method = "", path = ""]) => ({ method, path: prefixOf(api) + path }));

type Disguise = Arbitrary<(path: string) => string>;

/** Applies a change at one of the places that a pattern finds. */
const somewhere = (pattern: RegExp, change: (found: string) => string): Disguise =>
  nat().map((pick) => (path) => {
    const found = [...path.matchAll(pattern)];
    const one = found[pick % Math.max(found.length, 1)];
    if (one === undefined) return path;
    return path.slice(0, one.index) + change(one[0]) + path.slice(one.index + one[0].length);
  });

const hex = (character: string) => `%${character.charCodeAt(0).toString(16).padStart(2, "0")}`;

/** Letters that are not part of an encoded character. */
const letters = /(?<!%|%(?:25)*[0-9a-f]|%u[0-9a-f]{0,3})[a-z:]/gi;

/** What is the same to every server that decodes once and does not tell cases apart. */
const harmless: Disguise[] = [
  somewhere(letters, hex),
  somewhere(letters, (found) => hex(found).toUpperCase()),
  somewhere(letters, (found) => found.toUpperCase()),
  somewhere(/[a-z](?=[a-z])/gi, (found) => found.toUpperCase()),
  somewhere(/[a-z0-9]$/gi, (found) => `${found}/`),
];

/** What some server takes for the same, in paths whose every word is still there. */
const disguises: Disguise[] = [
  ...harmless,
  somewhere(/\//g, () => "//"),
  somewhere(/\//g, () => "/./"),
  somewhere(/\//g, () => "/%2e/"),
  somewhere(/\//g, () => "/x/../"),
  somewhere(/\//g, () => "/x/%2E%2e/"),
  somewhere(/\//g, () => "/x/..;/"),
  somewhere(/(?!^)\//g, () => "%2f"),
  somewhere(/(?!^)\//g, () => "\\"),
  somewhere(/(?!^)\//g, () => "%5C"),
  somewhere(/(?!^)\/|$/g, (found) => `;v=1${found}`),
  somewhere(/(?!^)\/|$/g, (found) => `%3bv${found}`),
  somewhere(/(?!^)\/|$/g, (found) => `%00${found}`),
  somewhere(/(?!^)\/|$/g, (found) => `%20${found}`),
  somewhere(/(?!^)\/|$/g, (found) => `%09${found}`),
  somewhere(/(?!^)\/|$/g, (found) => `%E2%80%8B${found}`),
  somewhere(/(?<=\/[a-z]+)[a-z](?=\/|$)/g, (found) => `${found}.`),
  somewhere(letters, (found) => `%25${hex(found).slice(1)}`),
  somewhere(letters, (found) => `%u00${hex(found).slice(1)}`),
  somewhere(letters, fullWidth),
  somewhere(/s/g, () => "%C5%BF"),
  somewhere(letters, (found) => `${found}%CC%81`),
  somewhere(letters, overlong),
  constant((path) => `${path}#x`),
  constant((path) => `${path}%23x`),
  constant((path) => `${path}%3Fx`),
  constant((path) => `/${path}`),
  somewhere(/:[a-z]+/g, (found) => `${found}:x`),
];

/** Out of the path of `upstream.url`, and back into it. */
const climb = (base: string): Disguise => constant((path) => `/..${base}${path}`);

/** `ｐ` for `p`. */
function fullWidth(found: string): string {
  return encodeURIComponent(String.fromCharCode(found.charCodeAt(0) + 0xfee0));
}

/** `%C1%B0` for `p`: UTF-8 in more bytes than it needs. */
function overlong(found: string): string {
  const code = found.charCodeAt(0);
  return `%${(0xc0 | (code >> 6)).toString(16)}%${(0x80 | (code & 0x3f)).toString(16)}`;
}

/** What Rails and Spring take for a format. */
const suffixes = constantFrom("", ".json", "/.json", ".tar.gz", ".x+y", ".");

/** Around a path that is disguised already. */
const frames: Disguise = constantFrom(
  (path) => path,
  (path) => `${path}?a=1`,
  (path) => `http://evil.example${path}`,
);

/** The same, and authorities that only some servers take for one. */
const carelessFrames: Disguise = oneof(
  frames,
  constantFrom(
    (path: string) => `//evil.example${path}`,
    (path: string) => `/\\evil.example${path}`,
  ),
);

/** One to three disguises, one over the other, in a frame. */
const disguise = (all: Disguise[], framed: Disguise): Disguise =>
  tuple(array(oneof(...all), { minLength: 1, maxLength: 3 }), framed).map(
    ([changes, frame]) =>
      (path: string) =>
        frame(changes.reduce((spelt, change) => change(spelt), path)),
  );

/** Servers as careless as some are: each gives the collection that it would serve, or null. */
const carelessReaders: ((path: string) => string | null)[] = [
  // Decodes, then splits; what comes third is a nested collection.
  (path) => collectionOf(decoded(path).split("/").slice(1)),
  // Drops what is empty, and resolves dots.
  (path) =>
    collectionOf(new URL(path, "http://upstream").pathname.split("/").filter(Boolean).map(decoded)),
  // A URL in a URL.
  (path) =>
    collectionOf(new URL(decoded(path), "http://upstream").pathname.split("/").filter(Boolean)),
  // Cuts parameters, white space and what a C string ends at.
  (path) =>
    collectionOf(
      decoded(path)
        .split("\0", 1)
        .join("")
        .split("/")
        .slice(1)
        .map((part) => part.replace(/;.*/, "").trim()),
    ),
];

function collectionOf(segments: readonly string[]): string | null {
  const [first, , third] = segments;
  return (third ?? first ?? "").split(":", 1)[0]?.toLowerCase() ?? null;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

describe("an attacker who spells a guarded action in another way", () => {
  for (const [api, base] of fronts) {
    const look = lookOf({ api, base, guards });
    const climbing = base === "/" ? disguises : [...disguises, climb(base)];
    itHolds(
      `finds no spelling that passes, in front of ${api} at ${base}`,
      property(
        guardedRequest(api),
        suffixes,
        disguise(climbing, carelessFrames),
        ({ method, path }, suffix, change) => {
          const spelt = change(path + suffix);
          expect(look(method, spelt).way, `${method} ${spelt}`).to.match(/^(hooks|refuse)$/);
        },
      ),
    );

    itHolds(
      `finds no spelling whose forwarded line means another action, in front of ${api} at ${base}`,
      property(guardedRequest(api), disguise(harmless, frames), ({ method, path }, change) => {
        const verdict = look(method, change(path));
        expect(["hooks", "refuse"]).to.include(verdict.way);
        if (verdict.way !== "hooks") return;
        expect(verdict.action).to.include({ collection: "posts" });
        if (verdict.line === null) return;
        const again = look(verdict.line.method, verdict.line.path);
        if (again.way !== "hooks") throw new Error(`forwarded as ${verdictText(again)}`);
        const { collection, name, keys } = verdict.action;
        expect(again.action).to.deep.include({ collection, name, keys });
        expect(again.line).to.deep.equal(verdict.line);
      }),
      { runs: 500 },
    );
  }

  for (const [method, target] of [
    ["DELETE", "//evil.example/../V1/users/1/posts/2"],
    ["POST", "//evil.example/../V1/users/1/posts"],
    ["DELETE", "/../V1/posts/1"],
  ] as const) {
    it(`does not get past the guard by a base path in other letters: ${method} ${target}`, () => {
      expect(verdictText(lookOf({ base: "/v1", guards })(method, target))).to.equal(
        "refuse BAD_PATH",
      );
    });
  }

  for (const target of ["/posts.json", "/posts.tar.gz", "/posts.x+y", "/POSTS.html"]) {
    it(`does not get past the guard by a format: ${target} means the guarded collection, and goes on as it came`, () => {
      const method = "POST";
      expect(verdictText(lookOf({ guards })(method, target))).to.equal(
        `hooks posts create → POST ${target}`,
      );
    });
  }

  for (const [what, target] of [
    ["a dotless i", "/art%C4%B1cles"],
    ["a dotted capital I", "/art%C4%B0cles"],
    ["a combining dot", "/arti%CC%87cles"],
    ["a long s", "/article%C5%BF"],
  ] as const) {
    it(`does not get past the guard by ${what}`, () => {
      const of = lookOf({ guards: [["articles", "create", "destroy"]] });
      expect(verdictText(of("POST", target))).to.match(
        /^(hooks articles create → POST \/articles|refuse BAD_PATH)$/,
      );
      expect(verdictText(of("DELETE", `${target}/1`))).to.match(
        /^(hooks articles destroy 1 → DELETE \/articles\/1|refuse BAD_PATH)$/,
      );
    });
  }

  it("does not get past the guard by an encoded slash in the key of a route, which a server that decodes late takes for part of the key", () => {
    const at = { method: "DELETE", path: "/v2/articles/:key", collection: "posts" };
    const look = lookOf({ routes: [{ ...at, action: "destroy" }], guards });
    for (const key of ["a%2Fb", "a%2fb", "a%2F", "%2Fb", "a%5Cb"]) {
      expect(verdictText(look("DELETE", `/v2/articles/${key}`)), key).to.equal("refuse BAD_PATH");
    }
  });

  const door = lookOf({ guards });
  const byte = integer({ min: 0, max: 255 }).map(
    (code) => `%${code.toString(16).padStart(2, "0")}`,
  );
  itHolds(
    "does not get past the guard by one byte anywhere, in any encoding",
    property(
      byte,
      integer({ min: 1, max: 12 }),
      constantFrom("/posts", "/posts/1", "/x/1/posts"),
      (one, at, path) => {
        const spelt = path.slice(0, at) + one + path.slice(at);
        for (const read of carelessReaders) {
          if (read(spelt) !== "posts") continue;
          for (const method of ["POST", "DELETE"]) {
            // What this method would ask of the collection as it is really named.
            if (door(method, path).way !== "hooks") continue;
            expect(verdictText(door(method, spelt)), `${method} ${spelt}`).to.match(
              /^(hooks posts|refuse)/,
            );
          }
        }
      },
    ),
    { runs: 2_000 },
  );
});

describe("a request to an unguarded collection", () => {
  const look = lookOf({ guards });
  const word = string({
    unit: constantFrom("a", "b.", "~", "-", ";", ",", "@", " ", "%", "%%2F", "\\", "é"),
    maxLength: 6,
  });
  const path = array(word, { minLength: 1, maxLength: 6 }).map(
    (words) => `/notes/${words.join("/")}`,
  );
  itHolds(
    "is never refused for its spelling, and goes on as it came",
    property(path, constantFrom("GET", "POST", "PATCH", "DELETE"), (target, method) => {
      expect(verdictText(look(method, target))).to.equal(`pass ${method} ${target}`);
    }),
    { runs: 500 },
  );

  itHolds(
    "whose key has any characters reaches the record of that key",
    property(string({ unit: "grapheme", minLength: 1 }), (key) => {
      if (/^\.{1,2}$|[/\\\0]/.test(key)) return;
      const verdict = look("PATCH", `/posts/${encodeURIComponent(key)}`);
      if (verdict.way !== "hooks") throw new Error(verdictText(verdict));
      expect(verdict.action.keys).to.deep.equal([key]);
      const sent = verdict.line?.path.split("/") ?? [];
      expect(sent.map(decodeURIComponent)).to.deep.equal(["", "posts", key]);
    }),
  );
});
