import { expect } from "chai";
import { array, asyncProperty, constantFrom, oneof, string, tuple } from "fast-check";
import { readForm } from "../../src/body/form.ts";
import { textOf } from "../../src/body/text.ts";
import { GatewayError } from "../../src/model/errors.ts";
import { itHolds } from "../support/property.ts";
import { type Found, formReaders } from "./form-readers.ts";

/** The values that a guard sees of a form, as paths; null: the form is refused. */
async function guarded(form: Buffer): Promise<Found[] | null> {
  try {
    return pathsOf((await readForm(textOf(form, "BAD_FORM"), true)).values);
  } catch (error) {
    expect(error).to.be.instanceOf(GatewayError).and.include({ code: "BAD_FORM" });
    return null;
  }
}

function pathsOf(value: unknown, path: readonly string[] = []): Found[] {
  if (typeof value === "string") return [[path, value]];
  return Object.entries(value as object).flatMap(([name, one]) => pathsOf(one, [...path, name]));
}

const sorted = (found: readonly Found[]) => found.map((one) => JSON.stringify(one)).toSorted();

/** Reads one form as every server does: the guard must see exactly the values that the server finds. */
async function sameForAll(form: Buffer): Promise<void> {
  const seen = await guarded(form);
  if (seen === null) return;
  for (const [server, read] of Object.entries(formReaders)) {
    expect(sorted(read(form) ?? seen), server).to.deep.equal(sorted(seen));
  }
}

describe("a form at a guarded collection", () => {
  const words = constantFrom("a", "b", "status", "0", "1", "2", "toString", "__proto__", "é", "A");
  const signs = constantFrom(
    " ",
    ..."[ ] . + % _ ; = & { } \" ' %5B %5D %20 %00 %2e %26 %3D %3B %25 %ff %C3%A9 %c3 %zz []= ]= [] %5d= \0 \ufeff".split(
      " ",
    ),
  );
  const scraps = array(oneof(words, words, signs), { minLength: 1, maxLength: 12 });
  const inner = constantFrom("", "0", "1", "a", "b", " a", "a.b", "%61");
  const names = tuple(words, array(inner, { maxLength: 3 })).map(
    ([word, path]) => word + path.map((one) => `[${one}]`).join(""),
  );
  const parts = tuple(names, constantFrom("", "x", "y=z", "a]=b", "%5D%3D", "+", "%2B")).map(
    ([name, value]) => `${name}=${value}`,
  );
  const forms = array(parts, { maxLength: 5 });

  itHolds(
    "of scraps is read alike by all servers, or is refused",
    asyncProperty(scraps, (all) => sameForAll(Buffer.from(all.join("")))),
    { runs: 5_000 },
  );

  itHolds(
    "of fields is read alike by all servers, or is refused",
    asyncProperty(forms, (all) => sameForAll(Buffer.from(all.join("&")))),
    { runs: 5_000 },
  );

  itHolds(
    "of any bytes is read alike by all servers, or is refused",
    asyncProperty(string({ unit: "binary" }), (text) => sameForAll(Buffer.from(text))),
  );

  it("of plain names, lists and objects is not refused", async () => {
    const form = "a=1&b=&c&tags[]=x&tags[]=y&p[q][r]=2&l[0][m]=3&l[1][m]=4&%C3%A9=%26%3D%5B";
    await sameForAll(Buffer.from(form));
    expect(await guarded(Buffer.from(form))).to.have.length(9);
  });

  it("is refused for each difference between servers that the table knows", async () => {
    const different = [
      "a=1&a=2",
      "a.b=1",
      "a[b=1",
      "a[b]c=1",
      " a=1",
      "a%00b=1",
      "a=1;b=2",
      "a=b]=c",
      "a[][b]=1&a[][c]=2",
      "a[5]=1",
    ];
    for (const form of different) {
      const readings = Object.values(formReaders).map((read) =>
        JSON.stringify(read(Buffer.from(form))),
      );
      expect(new Set(readings).size, form).to.be.above(1);
      expect(await guarded(Buffer.from(form)), form).to.equal(null);
    }
  });
});
