import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from "node:zlib";
import { expect } from "chai";
import { type TestGateway, startTestGateway } from "../support/gateway.ts";
import { rawRequest } from "../support/raw-request.ts";

describe("the body of a concerned request", () => {
  let gateway: TestGateway;
  before(async () => (gateway = await startTestGateway(workflows)));
  beforeEach(() => void gateway.upstream.asked.splice(0));
  after(() => gateway.stop());

  async function newestRun(): Promise<{
    id: string;
    trigger: { params: { values: unknown } };
  } | null> {
    const { runs } = (await getJson(`${gateway.adminUrl}/runs?limit=1`)) as {
      runs: { id: string }[];
    };
    return runs[0] === undefined
      ? null
      : ((await getJson(`${gateway.adminUrl}/runs/${runs[0].id}`)) as never);
  }

  /** Sends a body; tells the answer's status or error code, what the workflow saw, and what was forwarded. */
  async function send(
    type: string | null,
    body: string | Buffer,
    more: Record<string, string> = {},
    path = "/posts",
  ) {
    const headers = { ...(type !== null && { "Content-Type": type }), ...more };
    const earlier = await newestRun();
    const answer = await rawRequest(gateway.url, "POST", path, headers, body);
    const run = await newestRun();
    const { errors } = JSON.parse(String(answer.body)) as { errors?: { code: string }[] };
    const [asked] = gateway.upstream.asked;
    return {
      outcome: errors?.[0]?.code ?? answer.status,
      ran: run?.id !== earlier?.id,
      values: run?.trigger.params.values,
      forwarded: asked?.body ?? null,
      type: asked?.headers.find((_, at, all) => /^content-type$/i.test(all[at - 1] ?? "")) ?? null,
    };
  }
  const refused = async (code: string, ...sent: Parameters<typeof send>) => {
    expect(await send(...sent)).to.include({ outcome: code, ran: false, forwarded: null });
  };

  for (const type of [
    "application/json",
    "application/vnd.api+json",
    "Application/JSON; charset=UTF-8",
    'application/json;charset="utf-8"',
  ]) {
    it(`is JSON as ${type}, and goes on byte for byte`, async () => {
      const text = ' {"id": 12345678901234567890, "price": 1.0, "é": "\\u00e9"}\n';
      const { values, forwarded, type: sent } = await send(type, text);
      expect(values).to.deep.equal(JSON.parse(text));
      expect(String(forwarded)).to.equal(text);
      expect(sent).to.equal(type);
    });
  }

  it("may be any JSON value, and is null when it is empty", async () => {
    for (const text of ["[1,2]", '"text"', "7", "null", "true"]) {
      expect((await send("application/json", text)).values).to.deep.equal(JSON.parse(text));
    }
    expect(await send("application/json", "")).to.include({ outcome: 200, values: null });
  });

  describe("that curl -d declares as a form", () => {
    const form = "application/x-www-form-urlencoded";

    it("is JSON when its text is an object or an array, and is forwarded as application/json", async () => {
      for (const text of ['{"a":1}', ' {"a":{"b":[1]}}', "[]", "{}", '[{"a":1}]']) {
        gateway.upstream.asked.splice(0);
        const { values, forwarded, type } = await send(form, text);
        expect(values).to.deep.equal(JSON.parse(text));
        expect(String(forwarded)).to.equal(text);
        expect(type).to.equal("application/json");
      }
    });

    for (const [what, headers] of [
      ["a session", { Cookie: "session=1" }],
      ["an Origin of elsewhere", { Origin: "https://evil.example" }],
      ["an opaque Origin", { Origin: "null" }],
    ] as const) {
      it(`stays a form where the request has ${what}, and the workflow sees what it says`, async () => {
        const { values, type, forwarded } = await send(form, '{"a":[1]}', headers);
        expect({ values, type }).to.deep.equal({ values: { a: [1] }, type: form });
        expect(String(forwarded)).to.equal('{"a":[1]}');
        gateway.upstream.asked.splice(0);
        for (const text of ['{"a":"&b=1"}', '{"a":"%26"}', '{"a":"x;y"}', '{"_method":"PUT"}']) {
          await refused("BAD_FORM", form, text, headers);
        }
      });
    }

    it("is JSON when its Origin is the gateway's own", async () => {
      const { type } = await send(form, '{"a":1}', { Origin: gateway.url });
      expect(type).to.equal("application/json");
    });

    it("is JSON that is held to the same rules", async () => {
      for (const text of [
        '{"a":1,"a":2}',
        '{"__proto__":1}',
        '{"a":1e999}',
        '{"a":',
        '\ufeff{"a":1}',
      ]) {
        await refused("BAD_JSON", form, text);
      }
    });

    it("is a form otherwise, and stays one", async () => {
      const { values, forwarded, type } = await send(form, "a=1&b[c]=%7B&d=x+y");
      expect(values).to.deep.equal({ a: "1", b: { c: "{" }, d: "x y" });
      expect(String(forwarded)).to.equal("a=1&b[c]=%7B&d=x+y");
      expect(type).to.equal(form);
    });
  });

  const encodings: [string, (text: string) => Buffer][] = [
    ["gzip", gzipSync],
    ["x-gzip", gzipSync],
    ["GZIP", gzipSync],
    ["deflate", deflateSync],
    ["br", brotliCompressSync],
    ["gzip, br", (text) => brotliCompressSync(gzipSync(text))],
    ["identity", Buffer.from],
  ];
  for (const [encoding, pack] of encodings) {
    const head = { "Content-Encoding": encoding };

    it(`in ${encoding} is unpacked for the workflow, and goes on as it came`, async () => {
      const packed = pack('{"title":"Good"}');
      const { values, forwarded } = await send("application/json", packed, head);
      expect(values).to.deep.equal({ title: "Good" });
      expect(forwarded?.equals(packed)).to.equal(true);
    });

    it(`in ${encoding} is 413 when it unfolds to more than the limit, as a bomb does`, async () => {
      await refused("BODY_TOO_LARGE", "application/json", pack(`"${"0".repeat(5_000_000)}"`), head);
    });
  }

  it("that is not what its Content-Encoding says is 400", async () => {
    for (const encoding of ["gzip", "deflate", "br"]) {
      await refused("BAD_JSON", "application/json", '{"a":1}', { "Content-Encoding": encoding });
    }
    await refused("BAD_JSON", "application/json", gzipSync('{"a":1}').subarray(0, 20), {
      "Content-Encoding": "gzip",
    });
    await refused("BAD_JSON", "application/json", deflateRawSync('{"a":1}'), {
      "Content-Encoding": "deflate",
    });
  });

  it("in another encoding is 415", async () => {
    for (const encoding of ["zstd", "compress", "constructor", "gzip, zstd", "br, br, br, br"]) {
      await refused("UNSUPPORTED_MEDIA_TYPE", "application/json", "{}", {
        "Content-Encoding": encoding,
      });
    }
  });

  it("in a charset other than UTF-8 is 415, and is 400 when its bytes are not UTF-8", async () => {
    for (const charset of ["latin1", "utf-16", "utf-7", '"iso-8859-1"']) {
      await refused("UNSUPPORTED_MEDIA_TYPE", `application/json; charset=${charset}`, "{}");
    }
    await refused("BAD_JSON", "application/json", Buffer.from([0x22, 0xff, 0x22]));
    await refused("BAD_JSON", "application/json", Buffer.from('"text"', "utf16le"));
  });

  it("of exactly the limit is read; one byte more is 413", async () => {
    expect(await send("application/json", textOf(1_024))).to.include({ outcome: 200, ran: true });
    gateway.upstream.asked.splice(0);
    await refused("BODY_TOO_LARGE", "application/json", textOf(1_025));
  });

  it("without a length is 413 as soon as it is too much", async () => {
    const body = new ReadableStream({ pull: (to) => to.enqueue(new Uint8Array(512).fill(0x20)) });
    const headers = { "Content-Type": "application/json" };
    const answer = await fetch(`${gateway.url}/posts`, {
      method: "POST",
      headers,
      body,
      duplex: "half",
    });
    expect(answer.status).to.equal(413);
    expect(gateway.upstream.asked).to.deep.equal([]);
  });

  for (const type of [
    "application/octet-stream",
    "text/plain",
    "text/json",
    "application/jsonp",
    "application/xml",
    "application/json, text/plain",
    "application/x-www-form-urlencoded,x",
    "application/json; charset=utf-8; charset=latin1",
    "application/json; charset=latin1 x",
    "multipart/mixed; boundary=x",
    null,
  ]) {
    it(`of type ${type} is refused by a guard, and streams through where bodies are any`, async () => {
      const bytes = Buffer.alloc(100_000, '{"a":1,"a":2}\0\xff', "latin1");
      const head = { "Content-Encoding": "zstd" };
      await refused("UNSUPPORTED_MEDIA_TYPE", type, bytes, head);
      await refused("UNSUPPORTED_MEDIA_TYPE", type, '{"a":1}');

      const { outcome, ran, values, forwarded } = await send(type, bytes, head, "/uploads");
      expect({ outcome, ran, values }).to.deep.equal({ outcome: 200, ran: true, values: null });
      expect(forwarded?.equals(bytes)).to.equal(true);
    });
  }

  it("of two types is refused by a guard", async () => {
    const types = { "Content-Type": ["application/json", "text/plain"] };
    const answer = await rawRequest(gateway.url, "POST", "/posts", types, '{"a":1}');
    expect(answer.status).to.equal(415);
    expect(gateway.upstream.asked).to.deep.equal([]);
  });

  it("that is empty counts as none, whatever its type", async () => {
    expect(await send("text/xml", "")).to.include({ outcome: 200, values: null });
    const body = new ReadableStream({ start: (to) => to.close() });
    const chunked = { method: "POST", body, duplex: "half" } as const;
    expect((await fetch(`${gateway.url}/posts`, chunked)).status).to.equal(200);
  });

  it("in an unknown coding or charset streams through where bodies are any", async () => {
    for (const [type, head] of [
      ["application/json", { "Content-Encoding": "zstd" }],
      ["application/json; charset=latin1", {}],
    ] as const) {
      gateway.upstream.asked.splice(0);
      const sent = await send(type, '{"a":1}', head, "/uploads");
      expect(sent).to.include({ outcome: 200, values: null });
      expect(String(sent.forwarded)).to.equal('{"a":1}');
    }
  });

  it("with a name twice is a list where bodies are any", async () => {
    const { values } = await send("application/x-www-form-urlencoded", "a=1&a=2", {}, "/uploads");
    expect(values).to.deep.equal({ a: ["1", "2"] });
  });
});

describe("the body of a request that concerns no workflow", () => {
  it("is never parsed, and arrives as it was sent", async () => {
    const gateway = await startTestGateway(workflows);
    try {
      const headers = { "Content-Type": "application/json; charset=x", "Content-Encoding": "y" };
      const body = Buffer.alloc(200_000, '{"a":1,"a":');
      const { status } = await rawRequest(gateway.url, "POST", "/notes", headers, body);
      expect(status).to.equal(200);
      expect(gateway.upstream.asked[0]?.body.equals(body)).to.equal(true);
    } finally {
      await gateway.stop();
    }
  });
});

const getJson = async (url: string) => (await fetch(url)).json();

/** A JSON text of so many bytes. */
const textOf = (length: number) => `"${"x".repeat(length - 2)}"`;

const workflows = `
identity: none
limits: { body: 1kb }
workflows:
  look:
    trigger: { type: pre-action, collection: posts, global: true, actions: [create], each: request }
    steps: []
  look-at-any:
    trigger: { type: pre-action, collection: uploads, global: true, actions: [create], bodies: any }
    steps: []
`;
