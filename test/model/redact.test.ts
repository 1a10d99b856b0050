import { expect } from "chai";
import { constantFrom, jsonValue, pre, property, string } from "fast-check";
import type { Json } from "../../src/model/json.ts";
import { redactor, redactorInSlices } from "../../src/model/redact.ts";
import { secretNames } from "../../src/model/secrets.ts";
import { itHolds } from "../support/property.ts";
import { turnsDuring } from "../support/turns.ts";

const redact = redactor(secretNames(["iban"]), []);

const words = (text: string) => text.trim().split(/\s+/);

describe("what is kept of a value", () => {
  const names = words(`
password passwd passphrase clientSecret access_token apiKey x-api-key accessKey
private_key authorization cookie credential credentials passwordHash salt otp
cvv pwd userPwd jwt id_jwt signature X-Signature sessionid SESSION_ID iban I-BAN
`);
  for (const name of names) {
    it(`hides the field ${name}`, () => {
      expect(redact({ [name]: { a: 1 } })).to.deep.equal({ [name]: "[redacted]" });
    });
  }

  for (const name of [
    "session",
    "tokens",
    "passwordless",
    "signatures",
    "jwts",
    "key",
    "constructor",
  ]) {
    it(`shows the field ${name}, which only looks like one`, () => {
      expect(redact({ [name]: 1 })).to.deep.equal({ [name]: 1 });
    });
  }

  const headers = words(`
Authorization Authentication Proxy-Authorization Cookie Set-Cookie
Ocp-Apim-Subscription-Key X-Auth-Key X-Functions-Key x-api-key
X-Amz-Security-Token
`);
  for (const name of headers) {
    it(`hides the header ${name}`, () => {
      const shown = redact({ request: { headers: { [name]: "x", "idempotency-key": "run:1" } } });
      expect(shown).to.deep.equal({
        request: { headers: { [name]: "[redacted]", "idempotency-key": "run:1" } },
      });
    });
  }

  const texts: [string, string][] = [
    ['{"password":"x"}', '{"password":"[redacted]"}'],
    [' [{"a":{"pwd":["x"]},"n":1}]', '[{"a":{"pwd":"[redacted]"},"n":1}]'],
    [String.raw`{"p\u0061ssword":"x"}`, '{"password":"[redacted]"}'],
    [
      JSON.stringify({ a: JSON.stringify({ token: "x" }) }),
      String.raw`{"a":"{\"token\":\"[redacted]\"}"}`,
    ],
    ["user=ada&password=x%20y&n=1", "user=ada&password=[redacted]&n=1"],
    ["a%5Bpassword%5D=x&b[token][]=y&n=1", "a%5Bpassword%5D=[redacted]&b[token][]=[redacted]&n=1"],
    ["a%5bp%61ssword%5d=x", "a%5bp%61ssword%5d=[redacted]"],
    ["GET /me?access_token=abc#top", "GET /me?access_token=[redacted]#top"],
    ["https://ada:x@api.example.com/a", "https://ada:[redacted]@api.example.com/a"],
    ['told {"token": "a\\"b", "n": 1} and more', 'told {"token": "[redacted]", "n": 1} and more'],
    ['{"n":1,"password":"cut o', '{"n":1,"password":"[redacted]'],
    [String.raw`{\"password\":\"x\",\"n\":1}!`, String.raw`{\"password\":\"[redacted]\",\"n\":1}!`],
    ["{'pwd': 'x', 'n': 1}", "{'pwd': '[redacted]', 'n': 1}"],
    ['{"otp": 123456, "n": 1', '{"otp": "[redacted]", "n": 1'],
    ['{"credentials": {"user": "x"', '{"credentials": [redacted]'],
    [
      `?filter=${encodeURIComponent('{"password":"x"}')}&n=1`,
      `?filter=${encodeURIComponent('{"password":"[redacted]"}')}&n=1`,
    ],
  ];
  for (const [text, shown] of texts) {
    it(`hides the secret in the text ${text}`, () => {
      expect(redact(text)).to.equal(shown);
      expect(redact({ a: [text] })).to.deep.equal({ a: [shown] });
      expect(redact(shown), "a second time").to.equal(shown);
    });
  }

  const harmless = [
    '{ "a": 1.0, "big": 12345678901234567890 }',
    "a=1&b=2",
    "https://example.com:8080/a@b",
    "10:30, and a = b",
    '{"a": {',
    "=",
    ":",
    '":',
  ];
  for (const text of harmless) {
    it(`leaves the text ${text} as it is, byte for byte`, () => {
      expect(redact(text)).to.equal(text);
    });
  }

  it("is the value itself, not a copy, where there is nothing to hide", () => {
    const value = { a: [{ b: "c" }], d: null };
    expect(redact(value)).to.equal(value);
  });

  it("hides what is nested too deep to be searched, and does not throw", () => {
    const deep = "[".repeat(200_000) + "]".repeat(200_000);
    expect(() => redact({ deep })).not.to.throw();
    const fields = '{"a":'.repeat(5_000) + '{"password":"x"}' + "}".repeat(5_000);
    expect(JSON.stringify(redact(fields))).not.to.contain('"x"');
  });

  it("hides the secret in a text with more JSON than is parsed, and parses none of it", () => {
    const text = `[${"1,".repeat(60_000)}{"password":"hunter22"}]`;
    expect(redact(text)).not.to.contain("hunter22");
    expect(redact("[".repeat(5_000_000))).to.have.length(5_000_000);
  });

  it("takes time linear in a text that a client made up to take long", () => {
    const made = [
      "=".repeat(1_000_000),
      ":".repeat(1_000_000),
      '":'.repeat(500_000),
      "a".repeat(1_000_000) + "=",
      `${"a".repeat(199)}=`.repeat(5_000),
      `{"${"'".repeat(1_000_000)}`,
      "token=".repeat(150_000),
      '"token":'.repeat(120_000),
      "://".repeat(300_000),
      `${"=".repeat(500_000)}%22`,
      "a=%22".repeat(200_000),
    ];
    for (const text of made) {
      const begun = performance.now();
      redact(text);
      expect(performance.now() - begun, text.slice(0, 20)).to.be.below(20_000);
    }
  });

  itHolds(
    "holds no value of a secret name, in JSON, in a form, at any depth",
    property(jsonValue({ maxDepth: 3 }), constantFrom(...names), (around, name) => {
      const value = { around, list: [{ [name]: "HIDE-ME" }] } as Json;
      for (const one of [value, JSON.stringify(value), JSON.stringify(JSON.stringify(value))]) {
        const shown = JSON.stringify(redact({ one }));
        expect(shown).not.to.contain("HIDE-ME");
      }
    }),
  );
});

describe("a secret that a run shows", () => {
  const secret = 'S3cr{et}/Kéy "1" +=';
  const shown = redactor(secretNames([]), [secret]);
  const utf8 = Buffer.from(secret);
  const percent = (digits: (hex: string) => string) =>
    [...utf8].map((byte) => `%${digits(byte.toString(16).padStart(2, "0"))}`).join("");
  const spellings: [string, string][] = [
    ["plain", secret],
    ["in JSON", JSON.stringify(secret).slice(1, -1)],
    ["in JSON of ASCII", JSON.stringify(secret).slice(1, -1).replace("é", "\\u00E9")],
    ["in JSON within JSON", JSON.stringify(JSON.stringify(secret)).slice(3, -3)],
    ["in JSON as PHP writes it", JSON.stringify(secret).slice(1, -1).replace("/", "\\/")],
    ["percent-encoded", encodeURIComponent(secret)],
    [
      "percent-encoded in lower case",
      encodeURIComponent(secret).replace(/%../g, (one) => one.toLowerCase()),
    ],
    ["percent-encoded as a URL", encodeURI(secret)],
    ["percent-encoded twice", encodeURIComponent(encodeURIComponent(secret))],
    ["as a form", new URLSearchParams({ a: secret }).toString().slice(2)],
    ["percent-encoded throughout", percent((hex) => hex.toUpperCase())],
    ["percent-encoded throughout in lower case", percent((hex) => hex)],
  ];
  for (const [how, text] of spellings) {
    it(`is hidden ${how}`, () => {
      expect(shown(`before ${text} after`)).to.equal("before [redacted] after");
    });
  }

  for (const before of ["", "a", "ab", "user:"]) {
    for (const after of ["", "z", "yz"]) {
      it(`is hidden in base64 of "${before}…${after}"`, () => {
        for (const coding of ["base64", "base64url"] as const) {
          const whole = Buffer.from(before + secret + after).toString(coding);
          const left = shown(`Basic ${whole} end`) as string;
          expect(left).to.match(/^Basic .*\[redacted\].* end$/);
          // What is left of the digits says at most what stands around it.
          expect(left.length - "Basic [redacted] end".length).to.be.at.most(
            before.length + after.length + 6,
          );
          for (let cut = 0; cut <= 3; cut++) {
            const rest = left.replace(/^Basic |\[redacted\].*$/g, "").slice(cut);
            expect(Buffer.from(rest, coding).toString()).not.to.contain(secret.slice(0, 3));
          }
          expect(shown(encodeURIComponent(whole))).to.contain("[redacted]");
        }
      });
    }
  }

  it("is hidden in the names of fields, at any depth", () => {
    expect(shown({ a: [{ [secret]: 1 }] })).to.deep.equal({ a: [{ "[redacted]": 1 }] });
  });

  it("is hidden with the line break of the file that it came from, and without", () => {
    const fromFile = redactor(secretNames([]), ["from-a-file\n"]);
    expect(fromFile("x from-a-file y")).to.equal("x [redacted] y");
  });

  it("is not hidden when it has under 6 characters or only blanks, which would hide words", () => {
    const short = redactor(secretNames([]), ["12345", "        ", ""]);
    expect(short("12345         ")).to.equal("12345         ");
  });

  it("that is part of a longer secret leaves nothing of the longer one", () => {
    const both = redactor(secretNames([]), ["abcdef", "abcdef-ghijkl"]);
    expect(both("abcdef-ghijkl abcdef")).to.equal("[redacted] [redacted]");
  });

  itHolds(
    "is hidden in every spelling",
    property(string({ minLength: 6, maxLength: 40, unit: "binary" }), (made) => {
      pre(made.trim().length >= 6 && !/\p{Surrogate}/u.test(made));
      const hide = redactor(secretNames([]), [made]);
      const texts = [made, JSON.stringify(made).slice(1, -1), encodeURIComponent(made)];
      for (const text of [...texts, Buffer.from(`ab${made}`).toString("base64")]) {
        expect(hide(`<${text}>`), text).to.contain("[redacted]");
      }
    }),
  );
});

const many = (item: Json) => Array.from({ length: 20_000 }, (_, id) => ({ id, item }));

describe("a large value that is redacted in slices", () => {
  const inSlices = redactorInSlices(secretNames(["iban"]), ["s3cret-text"]);
  const atOnce = redactor(secretNames(["iban"]), ["s3cret-text"]);
  const large: Record<string, Json> = {
    "with secret fields among its records": { data: many({ iban: "DE00", title: "a" }) },
    "under a secret name": { iban: many("a"), other: 1 },
    "as headers": { headers: { "x-functions-key": "k", "x-many": many("a") } },
    "as headers that are a list": { headers: many({ "x-functions-key": "k" }) },
    "inside secret headers": { headers: { "x-functions-key": many("a") } },
    "with secret texts, also in names": { "s3cret-text": many("is s3cret-text") },
    "with JSON in its texts": [many(JSON.stringify({ iban: "DE00" })), "a"],
    "with a field called __proto__": JSON.parse(`{"__proto__":${JSON.stringify(many("a"))}}`),
  };
  for (const [title, value] of Object.entries(large)) {
    it(`${title} is as it is at once`, async () => {
      expect(await inSlices(value)).to.deep.equal(atOnce(value));
    });
  }

  it("with nothing to hide is the same object, so that nothing has to be sealed", async () => {
    const value = { headers: { accept: "a" }, data: many({ title: "a" }), texts: many("a") };
    expect(await inSlices(value)).to.equal(value);
  });

  it("is hidden where it nests too deep, as it is at once", async () => {
    let value: Json = many("a");
    for (let depth = 0; depth < 1_001; depth++) value = [value];
    expect(await inSlices(value)).to.deep.equal(atOnce(value));
  });

  it("lets others have their turn meanwhile", async () => {
    const data = Array.from({ length: 200_000 }, (_, id) => ({ id, title: `Title ${id}` }));
    expect(await turnsDuring(inSlices({ data }))).to.be.at.least(3);
  });
});
