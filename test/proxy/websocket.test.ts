import { once } from "node:events";
import { expect } from "chai";
import { WebSocket, WebSocketServer } from "ws";
import { type Place, WAYS, exchange, startPlace, until } from "./place.ts";

describe("a WebSocket", () => {
  let place: Place;
  let sockets: WebSocketServer;
  before(async () => (place = await startPlace(", timeout: 30s")));
  after(() => place.stop());
  beforeEach(() => {
    sockets = new WebSocketServer({ noServer: true });
    place.server.removeAllListeners("upgrade").on("upgrade", (request, socket, head) => {
      sockets.handleUpgrade(request, socket, head, (socketOf) =>
        sockets.emit("connection", socketOf, request),
      );
    });
  });
  afterEach(() => {
    for (const client of sockets.clients) client.terminate();
  });

  const open = (path: string, protocols: string[] = []) =>
    new WebSocket(`ws://127.0.0.1:${place.gateway}${path}`, protocols);

  for (const { path } of WAYS.filter(({ way }) => way !== "that concerns a workflow")) {
    describe(`to ${path}`, () => {
      it("carries texts and bytes both ways, also before the upgrade was seen to be done", async () => {
        sockets.on("connection", (socket, request) => {
          socket.send(`${request.url} ${String(request.headers["x-forwarded-for"])}`);
          socket.on("message", (data, isBinary) => socket.send(data, { binary: isBinary }));
        });
        const client = open(`${path}?a=1`, ["chat"]);
        const got: string[] = [];
        client.on("message", (data: Buffer, isBinary) =>
          got.push(isBinary ? data.toString("hex") : data.toString()),
        );
        await once(client, "open");
        expect(client.protocol).to.equal("chat");
        client.send("é");
        client.send(Buffer.from([0, 255]));
        client.send("x".repeat(200_000));
        await until("all came back", () => got.length === 4);
        expect(got.slice(0, 3)).to.deep.equal([`${path}?a=1 127.0.0.1`, "é", "00ff"]);
        expect(got[3]).to.have.length(200_000);
        client.terminate();
      });

      it("closes on one side as it was closed on the other, with code and reason", async () => {
        const closed: [number, string][] = [];
        sockets.on("connection", (socket, request) => {
          socket.on("close", (code, reason) => closed.push([code, String(reason)]));
          if (request.url?.endsWith("?first")) socket.close(4001, "enough");
        });
        const [code, reason] = (await once(open(`${path}?first`), "close")) as [number, Buffer];
        expect([code, String(reason)]).to.deep.equal([4001, "enough"]);
        const client = open(path);
        await once(client, "open");
        client.close(4002, "bye");
        await until("the upstream knows", () => closed.length === 2);
        expect(closed[1]).to.deep.equal([4002, "bye"]);
      });

      it("is gone on one side when it is lost on the other", async () => {
        let lost = 0;
        sockets.on("connection", (socket) => {
          socket.on("close", () => (lost += 1));
          socket.on("message", () => socket.terminate());
        });
        const client = open(path);
        await once(client, "open");
        client.terminate();
        await until("the upstream knows", () => lost === 1);
        const other = open(path);
        await once(other, "open");
        other.send("go");
        expect((await once(other, "close"))[0]).to.equal(1006);
      });

      it("gets the upstream's refusal as it was sent", async () => {
        place.server.removeAllListeners("upgrade").on("upgrade", (_request, socket) => {
          socket.end(
            "HTTP/1.1 401 No Way\r\nWWW-Authenticate: Bearer\r\nx-A: 1\r\nx-A: 2\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nno!!!\r\n0\r\n\r\n",
          );
        });
        const text = await exchange(place.gateway, handshake(path));
        expect(text).to.match(
          /^HTTP\/1\.1 401 No Way\r\nWWW-Authenticate: Bearer\r\nx-A: 1\r\nx-A: 2\r\n/,
        );
        expect(text)
          .to.match(/\r\n\r\nno!!!$/)
          .and.not.match(/transfer-encoding/i);
      });

      it("sees the upstream's consent as it was sent", async () => {
        place.server.removeAllListeners("upgrade").on("upgrade", (_request, socket) => {
          socket.end(
            "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: x\r\nX-One: caf\xe9\r\nx-one: 2\r\n\r\nfirst bytes",
            "latin1",
          );
        });
        const text = await exchange(place.gateway, handshake(path));
        expect(text).to.contain("Sec-WebSocket-Accept: x\r\nX-One: caf\xe9\r\nx-one: 2\r\n");
        expect(text).to.match(/\r\n\r\nfirst bytes$/);
      });

      it("is 502 UPSTREAM_UNREACHABLE when no server listens, and 504 when it does not answer", async () => {
        const hasty = await startPlace(", timeout: 300ms");
        hasty.server.removeAllListeners("upgrade").on("upgrade", () => undefined);
        const late = await exchange(hasty.gateway, handshake(path));
        expect(late).to.match(/^HTTP\/1\.1 504 Gateway Timeout\r\n[^]*UPSTREAM_TIMEOUT/);
        await hasty.stop();
        const alone = await startPlace();
        alone.server.close();
        await until("the port is closed", () => !alone.server.listening);
        const text = await exchange(alone.gateway, handshake(path));
        expect(text).to.match(/^HTTP\/1\.1 502 Bad Gateway\r\n[^]*UPSTREAM_UNREACHABLE/);
        await alone.stop();
      });

      it("that is asked for behind another request waits for its turn, as any request does", async () => {
        place.answer((request, response) => {
          setTimeout(() => response.end(request.url), request.url?.endsWith("?first") ? 50 : 0);
        });
        const first = `GET ${path}?first HTTP/1.1\r\nHost: a\r\n\r\n`;
        const text = await exchange(place.gateway, first + handshake(`${path}?second`), (all) =>
          all.includes("?second"),
        );
        expect(text.indexOf("?first")).to.be.within(0, text.indexOf("?second"));
      });

      it("whose client leaves before the upstream answers lets go of the upstream", async () => {
        let left = false;
        let asked = false;
        place.server.removeAllListeners("upgrade").on("upgrade", (_request, socket) => {
          asked = true;
          socket
            .resume()
            .on("close", () => (left = true))
            .on("error", () => undefined);
          socket.on("end", () => socket.end());
        });
        const client = open(path).on("error", () => undefined);
        await until("the upstream is asked", () => asked);
        client.terminate();
        await until("the upstream is let go", () => left, 20_000);
      });
    });
  }
});

const handshake = (path: string) =>
  `GET ${path} HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n`;
