import { expect } from "chai";
import { array, asyncProperty, constantFrom, oneof } from "fast-check";
import { readMultipart } from "../../src/body/multipart.ts";
import { GatewayError } from "../../src/model/errors.ts";
import { itHolds } from "../support/property.ts";

const TYPE = { type: "multipart/form-data", parameters: new Map([["boundary", "x"]]) };

/** The values that a guard sees of a form with files; null: the form is refused. */
function guarded(form: Buffer): Readonly<Record<string, unknown>> | null {
  try {
    return readMultipart(form, TYPE, true).values;
  } catch (error) {
    expect(error).to.be.instanceOf(GatewayError).and.include({ code: "BAD_FORM" });
    return null;
  }
}

/** The values that Node's fetch, a real reader, finds in a form; null: fetch refuses the form. */
async function fetched(form: Buffer): Promise<Record<string, unknown> | null> {
  const headers = { "content-type": "multipart/form-data; boundary=x" };
  try {
    const read = await new Response(form, { headers }).formData();
    return Object.fromEntries(
      [...read].map(([name, value]) => [
        name,
        typeof value === "string"
          ? value
          : { filename: value.name, type: value.type || null, size: value.size },
      ]),
    );
  } catch {
    return null;
  }
}

/** A form with a field of each name, numbered, except for `_method`. */
const form = (names: readonly string[]): string =>
  names
    .map((name, at) => {
      const own = name === "_method" ? name : `${name}${at}`;
      return `--x\r\nContent-Disposition: form-data; name="${own}"\r\n\r\n${name}\r\n`;
    })
    .join("")
    .concat("--x--\r\n");

describe("a form with files at a guarded collection", () => {
  const lines = constantFrom(
    "--x",
    "--x--",
    "--x ",
    "--xy",
    "",
    "a",
    'Content-Disposition: form-data; name="a"',
    'Content-Disposition: form-data; name="b"',
    'Content-Disposition: form-data; name="c"; filename="f.png"',
    'content-disposition:form-data;name="a"',
    "Content-Disposition: form-data; name=a",
    ' ; name="d"',
    "Content-Type: image/png",
    "Content-Type: text/plain",
    "Content-Transfer-Encoding: base64",
  );
  const field = constantFrom("a", "b", "c").map((name) =>
    ["--x", `Content-Disposition: form-data; name="${name}"`, "", "text"].join("\r\n"),
  );
  const ends = constantFrom("\r\n", "\r\n", "\r\n", "\n", "\r", "");

  itHolds(
    "is read as a real reader reads it, or is refused",
    asyncProperty(array(oneof(field, lines), { maxLength: 10 }), ends, async (all, end) => {
      for (const sent of [`${all.join("\r\n")}${end}`, `${all.join("\r\n")}\r\n--x--${end}`]) {
        const seen = guarded(Buffer.from(sent));
        const found = await fetched(Buffer.from(sent));
        if (seen !== null && found !== null) expect(found).to.deep.equal(seen);
      }
    }),
    { runs: 2_000 },
  );

  itHolds(
    "of fields is read, and loses only those that ask for another method",
    asyncProperty(array(constantFrom("a", "_method", "b", "c"), { maxLength: 4 }), async (all) => {
      if (all.filter((name) => name === "_method").length > 1) return;
      const { bytes, values } = readMultipart(Buffer.from(form(all)), TYPE, true);
      const kept = form(all).replace(/--x\r\n[^\n]+"_method"[^]*?_method\r\n/, "");
      expect(String(bytes)).to.equal(kept);
      expect(Object.values(values)).to.deep.equal(all.filter((name) => name !== "_method"));
    }),
  );
});
