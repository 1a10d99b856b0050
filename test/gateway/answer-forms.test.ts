import zlib from "node:zlib";
import { expect } from "chai";
import { OFFERED_CODINGS } from "../../src/model/content-coding.ts";
import type { JsonObject } from "../../src/model/json.ts";
import { onBothStores } from "../support/both-stores.ts";
import { type TestGateway, startTestGateway } from "../support/gateway.ts";
import { rawRequest } from "../support/raw-request.ts";
import { type Answer, answerJson } from "../support/upstream.ts";

const TEXT = '{"id":7,"title":"Größe"}';
const JSON_TYPE = "application/json";
const bytes = Buffer.from(TEXT);

onBothStores("the record in an answer", () => {
  let gateway: TestGateway;
  let answer: Answer;
  before(async () => {
    gateway = await startTestGateway(workflows, { answer: (...all) => answer(...all) });
  });
  beforeEach(() => void gateway.upstream.asked.splice(0));
  after(() => gateway.stop());

  const create = async (accepted = "identity", path = "/posts") => {
    const type = { "Content-Type": JSON_TYPE, "Accept-Encoding": accepted };
    const received = await rawRequest(gateway.url, "POST", path, type, '{"title":"Sent"}');
    expect(received.status).to.equal(201);
    return received;
  };
  const answerWith = (headers: Record<string, string>, body: Buffer) => {
    answer = (_request, response) => response.writeHead(201, headers).end(body);
  };
  const data = async () => {
    const [run] = await gateway.runs();
    return (run?.trigger as JsonObject | undefined)?.["data"];
  };

  const read: [what: string, headers: Record<string, string>, body: Buffer][] = [
    ["application/json", { "content-type": JSON_TYPE }, bytes],
    ["text/json", { "content-type": "text/json; charset=utf-8" }, bytes],
    ["a type that ends with +json", { "content-type": "application/vnd.api+json" }, bytes],
    ["no type", {}, bytes],
    [
      "a byte order mark before it",
      { "content-type": JSON_TYPE },
      Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), bytes]),
    ],
    [
      "another charset that its type names",
      { "content-type": "application/json; charset=iso-8859-1" },
      Buffer.from(TEXT, "latin1"),
    ],
    ["gzip", { "content-type": JSON_TYPE, "content-encoding": "gzip" }, zlib.gzipSync(bytes)],
    [
      "deflate",
      { "content-type": JSON_TYPE, "content-encoding": "deflate" },
      zlib.deflateSync(bytes),
    ],
    [
      "deflate without the header of zlib",
      { "content-type": JSON_TYPE, "content-encoding": "deflate" },
      zlib.deflateRawSync(bytes),
    ],
    ["br", { "content-type": JSON_TYPE, "content-encoding": "BR" }, zlib.brotliCompressSync(bytes)],
    [
      "several codings, one over the other",
      { "content-type": JSON_TYPE, "content-encoding": "gzip, br" },
      zlib.brotliCompressSync(zlib.gzipSync(bytes)),
    ],
    ["a coding and no type", { "content-encoding": "gzip" }, zlib.gzipSync(bytes)],
  ];
  if ("zstdCompressSync" in zlib) {
    const { zstdCompressSync } = zlib as unknown as { zstdCompressSync: typeof zlib.gzipSync };
    read.push([
      "zstd",
      { "content-type": JSON_TYPE, "content-encoding": "zstd" },
      zstdCompressSync(bytes),
    ]);
  }
  for (const [what, headers, body] of read) {
    it(`is read, and the answer goes on as it came: ${what}`, async () => {
      answerWith(headers, body);
      const received = await create();
      expect(received.headers).not.to.have.property("workflow-error");
      expect(received.body.equals(body)).to.equal(true);
      expect(await data()).to.deep.equal({ id: 7, title: "Größe" });
    });
  }

  it("is what was submitted where the answer is a text, and that is not an error", async () => {
    for (const headers of [{ "content-type": "text/plain" }, {}] as Record<string, string>[]) {
      answerWith(headers, Buffer.from("OK"));
      const received = await create();
      expect(received.headers).not.to.have.property("workflow-error");
      expect(await data()).to.deep.equal({ title: "Sent" });
    }
  });

  const unread: [what: string, headers: Record<string, string>, body: Buffer][] = [
    ["malformed", { "content-type": JSON_TYPE }, Buffer.from('{"id":7')],
    ["not in its charset", { "content-type": JSON_TYPE }, Buffer.from(TEXT, "latin1")],
    ["in a charset that is not known", { "content-type": "application/json; charset=x-y" }, bytes],
    [
      "in a coding that is not known",
      { "content-type": JSON_TYPE, "content-encoding": "dcb" },
      bytes,
    ],
    [
      "in a broken coding",
      { "content-type": JSON_TYPE, "content-encoding": "gzip" },
      zlib.gzipSync(bytes).subarray(0, 20),
    ],
    ["too long", { "content-type": JSON_TYPE }, Buffer.from(JSON.stringify("x".repeat(70_000)))],
    [
      "too long once it is unpacked",
      { "content-type": JSON_TYPE, "content-encoding": "gzip" },
      zlib.gzipSync(JSON.stringify("x".repeat(70_000))),
    ],
  ];
  for (const [what, headers, body] of unread) {
    it(`is never taken for none without a word: ${what}`, async () => {
      answerWith(headers, body);
      const received = await create();
      expect(received.headers["workflow-error"]).to.equal("ANSWER_UNREADABLE");
      expect(await data()).to.deep.equal({ title: "Sent" });
    });
  }

  it("is asked for in codings that can be unpacked, and no others", async () => {
    answer = (_request, response) => answerJson(response, 201, { id: 7 });
    const accepted: [sent: string, forwarded: string][] = [
      ["gzip, br;q=0.5, sdch, dcb", "gzip, br;q=0.5"],
      ["sdch", "identity"],
      [
        "br, *;q=0.1",
        `br, ${OFFERED_CODINGS.split(", ")
          .filter((name) => name !== "br")
          .map((name) => `${name};q=0.1`)
          .join(", ")}`,
      ],
      ["identity", "identity"],
    ];
    for (const [sent, forwarded] of accepted) {
      await create(sent);
      const { headers = [] } = gateway.upstream.asked.pop() ?? {};
      expect(headers[headers.findIndex((name) => /^accept-encoding$/i.test(name)) + 1]).to.equal(
        forwarded,
      );
    }
    await create("sdch", "/notes");
    expect(gateway.upstream.asked[0]?.headers).to.include("sdch");
  });

  it("is found by the key that a Location names in its query", async () => {
    for (const location of ["/posts?id=eq.42", "/posts?id=42", "/posts?select=x&id=eq.42"]) {
      answer = ({ method }, response) => {
        if (method === "GET") return answerJson(response, 200, { id: 42, title: "Whole" });
        response.writeHead(201, { location }).end();
      };
      await create();
      expect(gateway.upstream.lines()).to.include("GET /posts/42");
      expect(await data()).to.deep.equal({ id: 42, title: "Whole" });
      gateway.upstream.asked.splice(0);
    }
  });
});

const workflows = `
identity: none
limits: { response: 64kb }
workflows:
  audit:
    trigger: { type: post-action, collection: posts, global: true, actions: [create], sync: true }
    steps: []
`;
