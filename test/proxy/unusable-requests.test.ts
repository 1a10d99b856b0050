import { once } from "node:events";
import { connect } from "node:net";
import { expect } from "chai";
import { array, asyncProperty, boolean, constantFrom, tuple } from "fast-check";
import { itHolds } from "../support/property.ts";
import { type Place, ask, startPlace } from "./place.ts";

/** What requests are made of: lines that are right in one place and wrong in another. */
const PIECES = [
  "GET /api/notes HTTP/1.1\r\nHost: a\r\n",
  "POST /api/posts HTTP/1.1\r\nHost: a\r\n",
  "POST /api/webhook:trigger/none HTTP/1.1\r\nHost: a\r\n",
  "GET /site HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n",
  "HEAD /site HTTP/1.0\r\n",
  "OPTIONS * HTTP/1.1\r\nHost: a\r\n",
  "CONNECT a:1 HTTP/1.1\r\nHost: a\r\n\r\n",
  "GET /%zz//../api/posts HTTP/1.1\r\nHost: a\r\n\r\n",
  "GET http://[ HTTP/1.1\r\nHost: a\r\n\r\n",
  "Expect: 100-continue\r\n",
  "Connection: close\r\n",
  "Content-Type: application/json\r\n",
  "Content-Length: 8\r\n",
  "Content-Length: 100000\r\n",
  "Transfer-Encoding: chunked\r\n",
  "\r\n",
  '{"id":1}',
  "5\r\nhello\r\n",
  "0\r\n\r\n",
  "0\r\nX-T: \x01\r\n\r\n",
  "\0",
  "X".repeat(20_000),
];

describe("bytes that a client sends", () => {
  let place: Place;
  before(async () => {
    place = await startPlace();
    place.answer((request, response) => request.resume().once("end", () => response.end("{}")));
  });
  after(() => place.stop());

  itHolds(
    "are answered in HTTP or not at all, and others are answered all the while",
    asyncProperty(
      tuple(array(constantFrom(...PIECES), { maxLength: 8 }), boolean(), boolean()),
      async ([pieces, leaves, resets]) => {
        const socket = connect(place.gateway, "127.0.0.1").on("error", () => undefined);
        let text = "";
        socket.setEncoding("latin1").on("data", (chunk: string) => (text += chunk));
        await once(socket, "connect");
        for (const piece of pieces) socket.write(piece, "latin1");
        const answer = await ask(place.gateway, { path: "/api/notes" });
        expect(answer.status).to.equal(200);
        if (resets) socket.resetAndDestroy();
        else if (leaves) socket.destroy();
        else socket.end();
        if (!socket.closed) await once(socket, "close");
        expect(text).to.match(/^(HTTP\/1\.1 [1-5]\d\d |$)/);
      },
    ),
    { runs: 100 },
  );
});
