import { readFileSync } from "node:fs";
import { expect } from "chai";
import { parse } from "yaml";
import { keyWords } from "../../src/config/schema/words/index.ts";
import { type ApiFacts, apiFacts } from "../../src/model/upstream-api.ts";
import { presets } from "../../src/proxy/apis/index.ts";
import { hasDefault, keysBelow, partOf, parts, placeOf, withValue } from "./configuration-keys.ts";

const page = readFileSync(new URL("../../docs/configuration.md", import.meta.url), "utf8");

describe("the page of the configuration", () => {
  const rows = tableRows("key");
  const keys = parts.flatMap(({ prefix, schema }) => keysBelow(schema, prefix));

  it("names every key of the schemas, and no other", () => {
    const named = rows.map(([name = ""]) => code(name));
    const ends = keys.filter(({ isEnd }) => isEnd).map(({ path }) => path);
    const unnamed = ends.filter((path) => !named.includes(path));
    const unknown = named.filter((path) => !keys.some((key) => key.path === path));
    expect({ unnamed, unknown }).to.deep.equal({ unnamed: [], unknown: [] });
    expect(new Set(named).size).to.equal(named.length);
  });

  it("says what each key means, in the words that editors show", () => {
    for (const [name = "", , meaning = ""] of rows) {
      const plain = meaning.replaceAll(/\[([^\]]*)\]\([^)]*\)/g, "$1");
      expect(plain, name)
        .to.equal(keyWords.get(code(name) ?? ""))
        .and.not.equal("");
    }
  });

  for (const [name = "", said = ""] of rows) {
    const path = code(name) ?? "";
    const { schema, base } = partOf(path);
    const place = placeOf(path);
    const without = schema.safeParse(withValue(base, place));

    if (said === "required") {
      it(`says that ${path} is required, and it is`, () => {
        expect(without.success).to.equal(false);
      });
    } else if (code(said) === undefined) {
      it(`says no value for ${path} by default, and the schema has none`, () => {
        expect(hasDefault(keys.find((key) => key.path === path)?.schema)).to.equal(false);
      });
    } else {
      it(`says that ${path} is ${said} by default, and writing that out changes nothing`, () => {
        const written = schema.safeParse(withValue(base, place, parse(code(said) ?? "")));
        expect(without.error?.issues).to.equal(undefined);
        expect(written).to.deep.equal(without);
      });
    }
  }

  it("shows every fact of every preset as it is", () => {
    const names = Object.keys(apiFacts.shape) as (keyof ApiFacts)[];
    const said = tableRows("fact").map(([name = "", ...cells]) => {
      const fact = code(name) as keyof ApiFacts;
      return [fact, ...cells.slice(0, -1).map((cell) => fromTable(fact, code(cell) ?? ""))];
    });
    const facts = names.map((name) => [
      name,
      ...[...presets.values()].map((preset) => preset[name]),
    ]);
    expect(tableHead("fact").slice(1, -1).map(code)).to.deep.equal([...presets.keys()]);
    expect(said).to.deep.equal(facts);
  });
});

/** A fact that the table says: a list by its items, any other as gateway.yaml takes it. */
function fromTable(name: keyof ApiFacts, text: string): unknown {
  const isList = apiFacts.shape[name].safeParse([]).success;
  if (isList) return text === "" ? [] : text.split(", ");
  return apiFacts.shape[name].parse(text === "" ? "" : parse(text));
}

/** The cells of the head of the table whose first column has this name. */
const tableHead = (first: string): string[] =>
  (new RegExp(`^\\| ${first} .*`, "m").exec(page)?.[0] ?? "")
    .slice(1, -1)
    .split("|")
    .map((cell) => cell.trim());

/** The cells of all tables whose first column has this name. */
function tableRows(first: string): string[][] {
  const tables = page.matchAll(new RegExp(`^\\| ${first} .*\\n\\|[-| ]+\\n((?:\\|.*\\n)+)`, "gm"));
  return [...tables].flatMap(([, body = ""]) =>
    body
      .trimEnd()
      .split("\n")
      .map((row) =>
        row
          .slice(1, -1)
          .split("|")
          .map((cell) => cell.trim()),
      ),
  );
}

/** What stands in backticks, if that is all. */
function code(cell: string): string | undefined {
  return /^`([^`]+)`$/.exec(cell)?.[1];
}
