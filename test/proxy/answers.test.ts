import { expect } from "chai";
import { type Place, WAYS, ask, endToEnd, exchange, startPlace, valuesOf } from "./place.ts";
import { ANSWERS } from "./upstream-answers.ts";

describe("an upstream's answer to a request", () => {
  let place: Place;
  before(async () => (place = await startPlace()));
  after(() => place.stop());

  for (const { way, path } of WAYS) {
    describe(way, () => {
      for (const [what, method, answer] of ANSWERS) {
        it(`arrives as it was sent: ${what}`, async () => {
          place.answer((request, response) => {
            // The clock may tick between one request and the next.
            response.sendDate = false;
            request.resume().once("end", () => answer(response));
          });
          const sent = { method, path, headers: ["Range", "bytes=0-4"] };
          const direct = await ask(place.upstream, sent);
          const through = await ask(place.gateway, sent);
          expect({ ...through, headers: endToEnd(through.headers) }).to.deep.equal({
            ...direct,
            headers: endToEnd(direct.headers),
          });
        });
      }

      it("loses the headers that belong to the connection, and those that Connection names", async () => {
        place.answer((_request, response) => {
          response.socket?.end(
            "HTTP/1.1 200 OK\r\nConnection: close, X-Hop\r\nX-Hop: 1\r\nKeep-Alive: timeout=7\r\n" +
              "Proxy-Connection: keep-alive\r\nX-Kept: 1\r\nContent-Length: 2\r\n\r\nok",
          );
        });
        const { headers } = await ask(place.gateway, { path });
        expect(valuesOf(headers, "x-kept")).to.deep.equal(["1"]);
        for (const name of ["x-hop", "proxy-connection"])
          expect(valuesOf(headers, name)).to.be.empty;
        expect(valuesOf(headers, "keep-alive")).not.to.include("timeout=7");
      });

      it("keeps the upstream's X-Request-Id, or gets the request's", async () => {
        place.answer((request, response) => {
          if (request.headers["x-own"]) response.setHeader("X-Request-Id", "theirs");
          response.end();
        });
        const headers = ["X-Request-Id", "mine"];
        const own = await ask(place.gateway, { path, headers: [...headers, "X-Own", "1"] });
        expect(valuesOf(own.headers, "x-request-id")).to.deep.equal(["theirs"]);
        const none = await ask(place.gateway, { path, headers });
        expect(valuesOf(none.headers, "x-request-id")).to.deep.equal(["mine"]);
      });

      it("can be read by a client of HTTP/1.0", async () => {
        place.answer((_request, response) => {
          response.write("hel");
          setImmediate(() => response.end("lo"));
        });
        const text = await exchange(place.gateway, `GET ${path} HTTP/1.0\r\nHost: a\r\n\r\n`);
        expect(text)
          .to.match(/\r\n\r\nhello$/)
          .and.not.match(/transfer-encoding/i);
      });
    });
  }
});
