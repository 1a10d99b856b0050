import { randomBytes } from "node:crypto";
import { expect } from "chai";
import { keysOf } from "../../src/store/keys.ts";
import { sealWith } from "../../src/store/seal.ts";

const key = randomBytes(32);
const to = { of: "0192d3c4-0000-7000-8000-000000000000", part: "trigger" };

describe("a sealed text", () => {
  for (const [what, text] of [
    ["empty", ""],
    ["short", '{"token":"s3cr3t"}'],
    ["longer than a slice, of characters that take one to four bytes", "aé€😀".repeat(120_001)],
  ] as const) {
    it(`opens as it was: ${what}`, async () => {
      const { seal, sealInSlices, open } = sealWith([key]);
      expect((await open(seal(text, to), to)) === text).to.equal(true);
      expect((await open(await sealInSlices(text, to), to)) === text).to.equal(true);
    });
  }

  it("is another each time, since its nonce is random", () => {
    const { seal } = sealWith([key]);
    expect(new Set(Array.from({ length: 100 }, () => seal("same", to))).size).to.equal(100);
  });

  it("opens with any of the keys, and is sealed with the first", async () => {
    const old = randomBytes(32);
    const before = sealWith([old]).seal("text", to);
    const both = sealWith([key, old]);
    expect(await both.open(before, to)).to.equal("text");
    expect(await sealWith([key]).open(both.seal("text", to), to)).to.equal("text");
  });

  it("opens for nobody who has changed a part of it, cut it, or asks for another run or part", async () => {
    const { seal, open } = sealWith([key]);
    const sealed = seal("a text that is sealed", to);
    const [name = "", nonce = "", tag = "", text = ""] = sealed.split(".");
    const attempts = [
      [[name, nonce, tag, flipped(text)].join("."), to],
      [[name, flipped(nonce), tag, text].join("."), to],
      [[name, nonce, flipped(tag), text].join("."), to],
      [[name, nonce, tag.slice(0, 8), text].join("."), to],
      [[name, nonce, tag, text.slice(0, -4)].join("."), to],
      [[name, "", "", ""].join("."), to],
      ["", to],
      [sealed, { ...to, of: "another run" }],
      [sealed, { ...to, part: "step pay 1" }],
    ] as const;
    for (const [changed, bound] of attempts) {
      const opened = await open(changed, bound).catch((error: unknown) => error);
      expect(opened, changed).to.include({ code: "SEALED_UNREADABLE" });
    }
  });
});

describe("a text of store.key", () => {
  it("is 32 bytes as hex or base64, with or without line breaks, or a passphrase", () => {
    const texts = [key.toString("hex"), `${key.toString("base64")}\n`, key.toString("base64url")];
    for (const made of keysOf(texts, "place")) expect(made).to.deep.equal(key);
    const [phrase] = keysOf(["correct horse battery"], "place");
    expect(phrase).to.have.length(32);
    expect(keysOf(["correct horse battery"], "place")).to.deep.equal([phrase]);
  });

  it("that is too short, or none at all, is refused", () => {
    expect(() => keysOf(["short"], "place")).to.throw(/too short/);
    expect(() => keysOf([], "place")).to.throw(/set store.key/);
  });
});

/** With another first character. */
const flipped = (text: string) => (text.startsWith("A") ? "B" : "A") + text.slice(1);
