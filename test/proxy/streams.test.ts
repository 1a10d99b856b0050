import { once } from "node:events";
import { type ServerResponse, request as httpRequest } from "node:http";
import { connect } from "node:net";
import { Readable } from "node:stream";
import { expect } from "chai";
import { type Place, WAYS, exchange, startPlace, until } from "./place.ts";

const MB = 1024 * 1024;

describe("a stream", () => {
  let place: Place;
  before(async () => (place = await startPlace()));
  after(() => place.stop());

  for (const { way, path } of WAYS) {
    describe(`of a request ${way}`, () => {
      it("of events arrives event by event, and its head before the first of them", async () => {
        let events: ServerResponse | undefined;
        place.answer((_request, response) => {
          events = response.writeHead(200, { "Content-Type": "text/event-stream" });
          response.flushHeaders();
        });
        let sent = 0;
        const text = await exchange(
          place.gateway,
          `GET ${path} HTTP/1.1\r\nHost: a\r\n\r\n`,
          (so) => {
            if (so.includes("\r\n\r\n") && sent === 0) events?.write(`data: ${(sent += 1)}\n\n`);
            else if (so.includes(`data: ${sent}\n`)) events?.write(`data: ${(sent += 1)}\n\n`);
            return so.includes("data: 3\n");
          },
        );
        expect(text.match(/data: \d/g)?.slice(0, 3)).to.deep.equal([
          "data: 1",
          "data: 2",
          "data: 3",
        ]);
      });

      it("goes up piece by piece: the upstream sees the first while the second is not yet sent", async () => {
        const pieces: string[] = [];
        place.answer((request, response) => {
          request.on("data", (chunk) => pieces.push(String(chunk)));
          request.on("end", () => response.end());
        });
        const outgoing = upload(path);
        outgoing.write("one");
        await until("the first piece has come", () => pieces.length === 1);
        outgoing.end("two");
        await once(outgoing, "response");
        expect(pieces).to.deep.equal(["one", "two"]);
      });

      it("of 200 MB up and down is carried whole, in little memory", async () => {
        let came = 0;
        place.answer((request, response) => {
          request.on("data", (chunk: Buffer) => (came += chunk.length));
          request.on("end", () => megabytes(100).pipe(response));
        });
        const before = process.memoryUsage().rss;
        const outgoing = upload(path);
        megabytes(100).pipe(outgoing);
        const [answer] = (await once(outgoing, "response")) as [Readable];
        let length = 0;
        for await (const chunk of answer) length += (chunk as Buffer).length;
        expect([came, length]).to.deep.equal([100 * MB, 100 * MB]);
        expect(process.memoryUsage().rss - before).to.be.lessThan(150 * MB);
      }).timeout(60_000);

      it("is held back by a client that does not read", async () => {
        const source = megabytes(200);
        let given = 0;
        place.answer((_request, response) => {
          source.on("data", (chunk: Buffer) => (given += chunk.length)).pipe(response);
        });
        const client = connect(place.gateway, "127.0.0.1").on("error", () => undefined);
        client.pause().write(`GET ${path} HTTP/1.1\r\nHost: a\r\n\r\n`);
        let last = -1;
        await until("the upstream is held back", () => {
          const still = given > 0 && source.isPaused() && given === last;
          last = given;
          return still;
        });
        expect(given).to.be.lessThan(40 * MB);
        client.destroy();
        source.destroy();
      });
    });
  }

  const upload = (path: string) =>
    httpRequest({
      host: "127.0.0.1",
      port: place.gateway,
      method: "POST",
      path,
      agent: false,
      headers: { "Content-Type": "application/octet-stream" },
    });
});

const megabytes = (count: number): Readable =>
  Readable.from(quarters(count), { objectMode: false });

function* quarters(count: number): Generator<Buffer> {
  const piece = Buffer.alloc(MB / 4, "0123456789abcdef");
  for (let at = 0; at < count * 4; at += 1) yield piece;
}
