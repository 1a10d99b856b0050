import { once } from "node:events";
import { type Socket, connect } from "node:net";
import { expect } from "chai";
import { array, asyncProperty, constantFrom, nat, tuple } from "fast-check";
import { itHolds } from "../support/property.ts";
import { type Got, type Place, ask, exchange, startPlace, valuesOf } from "./place.ts";

/** Every way on which an upstream is asked, by the request that leads to it. */
const WAYS = [
  { way: "passed through", method: "GET", path: "/api/notes" },
  { way: "that concerns a pre-action", method: "GET", path: "/api/posts" },
  { way: "that a post-action waits for", method: "PUT", path: "/api/orders/1" },
  {
    way: "of a custom action",
    method: "POST",
    path: "/api/samples:trigger/1?triggerWorkflows=act",
  },
  { way: "outside the prefix", method: "GET", path: "/site/page" },
] as const;

/** Those whose answer is never read here. */
const STREAMED: ReadonlySet<string> = new Set(["/api/notes", "/api/posts", "/site/page"]);

const WORKFLOWS = `
  after:
    trigger: { type: post-action, collection: orders, global: true, actions: [update], sync: true }
    steps: []
  act:
    trigger: { type: custom-action, collection: samples, context: record, sync: true }
    steps: []
identity: none
`;

const NEVER_HTTP: [what: string, bytes: string][] = [
  ["a status of 000", "HTTP/1.1 000 OK\r\nContent-Length: 2\r\n\r\n{}"],
  ["a status of 099", "HTTP/1.1 099 OK\r\nContent-Length: 2\r\n\r\n{}"],
  ["a status of four digits", "HTTP/1.1 2000 OK\r\nContent-Length: 2\r\n\r\n{}"],
  ["a control character in its reason", "HTTP/1.1 200 O\x01K\r\nContent-Length: 2\r\n\r\n{}"],
  ["DEL in its reason", "HTTP/1.1 200 O\x7fK\r\nContent-Length: 2\r\n\r\n{}"],
  ["a control character in a 204's reason", "HTTP/1.1 204 N\x02o\r\n\r\n"],
  [
    "a control character in a value",
    "HTTP/1.1 200 OK\r\nX-A: a\x01b\r\nContent-Length: 2\r\n\r\n{}",
  ],
  ["NUL in a value", "HTTP/1.1 200 OK\r\nX-A: a\0b\r\nContent-Length: 2\r\n\r\n{}"],
  ["DEL in a value", "HTTP/1.1 200 OK\r\nX-A: a\x7fb\r\nContent-Length: 2\r\n\r\n{}"],
  ["a header without a name", "HTTP/1.1 200 OK\r\n: a\r\nContent-Length: 2\r\n\r\n{}"],
  ["a name with a quote", 'HTTP/1.1 200 OK\r\nX"A: a\r\nContent-Length: 2\r\n\r\n{}'],
  ["an interim answer with a bad reason", "HTTP/1.1 103 \x01\r\n\r\nHTTP/1.1 200 OK\r\n\r\n"],
  [
    "an interim answer with a bad value",
    "HTTP/1.1 103 E\r\nX-A: \x02\r\n\r\nHTTP/1.1 200 OK\r\n\r\n",
  ],
  ["101 that was not asked for, and no upgrade", "HTTP/1.1 101 No\r\n\r\n"],
  ["101 that was not asked for", "HTTP/1.1 101 S\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n"],
  ["interim answers without end", "HTTP/1.1 102 Processing\r\n\r\n".repeat(1_000)],
];

/** Answers as no server should give them: lines that are nearly right, in any order, with bytes thrown in. */
const answers = tuple(
  array(
    constantFrom(
      "HTTP/1.1 200 OK\r\n",
      "HTTP/1.1 103 Early\r\n",
      "HTTP/1.1 304 Not Modified\r\n",
      "HTTP/1.1 204 No Content\r\n",
      "HTTP/1.1 999 \xff\r\n",
      "HTTP/1.1 100 Continue\r\n\r\n",
      "HTTP/1.0 200\r\n",
      "Content-Length: 5\r\n",
      "Content-Length: 0\r\n",
      "Transfer-Encoding: chunked\r\n",
      "Connection: upgrade, x-a\r\nUpgrade: websocket\r\n",
      "Content-Type: application/json\r\n",
      "X-A: \xe9\r\n",
      "Location: http://[\r\n",
      "\r\n",
      "hello",
      "5\r\nhello\r\n0\r\n\r\n",
      "0\r\nX-T: 1\r\n\r\n",
      '{"id":1}',
    ),
    { maxLength: 12 },
  ),
  array(tuple(nat(200), nat(255)), { maxLength: 3 }),
).map(([pieces, thrown]) => {
  let text = pieces.join("");
  for (const [at, byte] of thrown) {
    text = text.slice(0, at) + String.fromCharCode(byte) + text.slice(at);
  }
  return text;
});

describe("an answer that no server may send", () => {
  let place: Place;
  before(async () => (place = await startPlace(", timeout: 20s", WORKFLOWS)));
  after(() => place.stop());

  const answering = (bytes: string) =>
    place.answer(({ socket }) => void socket.end(Buffer.from(bytes, "latin1")));

  for (const { way, method, path } of WAYS) {
    describe(`to a request ${way}`, () => {
      for (const [what, bytes] of NEVER_HTTP) {
        it(`is 502 UPSTREAM_BROKEN: ${what}`, async () => {
          answering(bytes);
          expect(codeOf(await ask(place.gateway, { method, path }))).to.equal("UPSTREAM_BROKEN");
          await isAlive();
        });
      }

      if (path === "/api/orders/1" || STREAMED.has(path)) {
        it("is passed on as 204 without a body where a 204 states a length, and later requests go on", async () => {
          answering("HTTP/1.1 204 No Content\r\nContent-Length: 2\r\nX-A: 1\r\n\r\n{}");
          const got = await ask(place.gateway, { method, path });
          expect(got.status).to.equal(204);
          expect(valuesOf(got.headers, "content-length")).to.deep.equal([]);
          expect(valuesOf(got.headers, "x-a")).to.deep.equal(["1"]);
          await isAlive();
        });
      }

      if (!STREAMED.has(path)) {
        it("is 502 UPSTREAM_BROKEN where it breaks off", async () => {
          answering(
            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 20\r\n\r\n{}",
          );
          expect(codeOf(await ask(place.gateway, { method, path }))).to.equal("UPSTREAM_BROKEN");
        });
        return;
      }
      it("breaks the client's answer where its trailers can't be sent", async () => {
        answering(
          "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n0\r\nX-A: \x01\r\n\r\n",
        );
        const text = await exchange(place.gateway, `${method} ${path} HTTP/1.1\r\nHost: a\r\n\r\n`);
        expect(text)
          .not.to.match(/\r\n0\r\n/)
          .and.not.to.contain("\x01");
        await isAlive();
      });
    });
  }

  it("to a request for an upgrade is 502 UPSTREAM_BROKEN", async () => {
    for (const [, bytes] of NEVER_HTTP.filter(
      ([what]) => !what.startsWith("101 that was not asked for"),
    )) {
      place.server.removeAllListeners("upgrade").on("upgrade", (_request, socket: Socket) => {
        socket.end(Buffer.from(bytes, "latin1"));
      });
      const text = await exchange(place.gateway, handshake("/site/socket"));
      expect(text).to.match(/^(HTTP\/1\.1 102 .*\r\n\r\n)*HTTP\/1\.1 502 [^]*"UPSTREAM_BROKEN"/);
    }
    await isAlive();
  });

  itHolds(
    "whatever its bytes are, is answered or cut on every way, and the next request is answered",
    asyncProperty(constantFrom(...WAYS), answers, async ({ method, path }, bytes) => {
      answering(bytes);
      const request = `${method} ${path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`;
      const text = await exchange(place.gateway, request);
      expect(text).to.match(/^(HTTP\/1\.1 10[23] [^]*?\r\n\r\n)*HTTP\/1\.1 [2-9]\d\d /);
      await isAlive();
    }),
    { runs: 60 },
  );

  async function isAlive(): Promise<void> {
    place.answer((_request, response) => response.end("{}"));
    expect((await ask(place.gateway, { path: "/site/page" })).status).to.equal(200);
  }
});

describe("a reason phrase", () => {
  let place: Place;
  before(async () => (place = await startPlace("", WORKFLOWS)));
  after(() => place.stop());

  for (const { way, method, path } of WAYS.filter(({ way: one }) => !one.includes("custom"))) {
    it(`in Cyrillic reaches the client byte for byte, of a request ${way}`, async () => {
      place.answer(({ socket }) => {
        socket.end(
          'HTTP/1.1 201 Создано\r\nContent-Type: application/json\r\nContent-Length: 8\r\n\r\n{"id":1}',
        );
      });
      const got = await ask(place.gateway, { method, path });
      expect([got.status, String(got.body)]).to.deep.equal([201, '{"id":1}']);
      expect(Buffer.from(got.reason, "latin1").toString()).to.equal("Создано");
    });

    it(`that is not UTF-8 gives way to the usual one, of a request ${way}`, async () => {
      place.answer(({ socket }) => {
        const answer =
          'HTTP/1.1 201 Cr\xe9\xe9\r\nContent-Type: application/json\r\nContent-Length: 8\r\n\r\n{"id":1}';
        socket.end(Buffer.from(answer, "latin1"));
      });
      const got = await ask(place.gateway, { method, path });
      expect([got.status, got.reason, String(got.body)]).to.deep.equal([
        201,
        "Created",
        '{"id":1}',
      ]);
    });
  }
});

describe("an upstream that keeps a client waiting", () => {
  let place: Place;
  /** Waits for longer, so that an answer is in time on a busy machine too. */
  let patient: Place;
  before(async () => {
    place = await startPlace(", timeout: 300ms", WORKFLOWS);
    patient = await startPlace(", timeout: 1500ms", WORKFLOWS);
  });
  after(async () => {
    await place.stop();
    await patient.stop();
  });

  const slow: [what: string, begin: string, piece: string][] = [
    ["interim answers, one after another", "", "HTTP/1.1 102 Processing\r\n\r\n"],
    ["a head that trickles", "HTTP/1.1 200 OK\r\n", "X-A: 1\r\n"],
    ["a status line that trickles", "HTTP/1.1 200 O", "K"],
  ];
  for (const { way, method, path } of WAYS) {
    for (const [what, begin, piece] of slow) {
      it(`by ${what} is 504 UPSTREAM_TIMEOUT to a request ${way}`, async () => {
        place.answer(({ socket }) => {
          socket.write(begin);
          trickling(socket, piece, 50);
        });
        const begun = performance.now();
        expect(codeOf(await ask(place.gateway, { method, path }))).to.equal("UPSTREAM_TIMEOUT");
        expect(performance.now() - begun).to.be.within(250, 30_000);
      });
    }
  }

  it("by a body that takes longer than the head may is waited for", async () => {
    patient.answer((_request, response) => {
      response.write("a");
      setTimeout(() => response.end("b"), 1_800);
    });
    expect(String((await ask(patient.gateway, { path: "/api/notes" })).body)).to.equal("ab");
  });

  it("is not 504 where it is the client that uploads for longer than that", async () => {
    patient.answer((request, response) =>
      request.resume().once("end", () => response.end("whole")),
    );
    for (const path of ["/api/notes", "/site/page"]) {
      const head = `POST ${path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n`;
      const pieces = [head, ...Array<string>(8).fill("1\r\na\r\n"), "0\r\n\r\n"];
      expect(await sentSlowly(patient.gateway, pieces, 200)).to.match(
        /^HTTP\/1\.1 200 OK[^]*whole/,
      );
    }
  });
});

/** Sends something again and again, until the connection is gone. */
const trickling = (socket: Socket, piece: string, every: number) => {
  const timer = setInterval(() => socket.write(piece), every);
  socket.once("close", () => clearInterval(timer));
};

function codeOf({ status, headers, body }: Got): string {
  expect(valuesOf(headers, "content-type"), String(body)).to.deep.equal(["application/json"]);
  const { errors } = JSON.parse(String(body)) as { errors: { code: string }[] };
  expect(status).to.be.oneOf([502, 504]);
  return errors[0]?.code ?? "";
}

const handshake = (path: string) =>
  `GET ${path} HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n`;

/** Sends pieces with a pause before each but the first, and gives all that comes. */
async function sentSlowly(port: number, pieces: readonly string[], pause: number): Promise<string> {
  const socket = connect(port, "127.0.0.1").setEncoding("latin1");
  let text = "";
  socket.on("data", (chunk: string) => (text += chunk)).on("error", () => undefined);
  const closed = once(socket, "close");
  for (const piece of pieces) {
    socket.write(piece);
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
  await closed;
  return text;
}
