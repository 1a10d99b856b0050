import { expect } from "chai";
import { type Place, WAYS, exchange, startPlace } from "./place.ts";

describe("a request of an attacker", () => {
  let place: Place;
  let asked: string[] = [];
  before(async () => (place = await startPlace("", "limits: { headers: 16kb }\n")));
  after(() => place.stop());
  beforeEach(() => {
    asked = [];
    place.answer((request, response) => {
      asked.push(`${request.method} ${request.url}`);
      request.resume().once("end", () => response.end());
    });
  });

  for (const { way, path } of WAYS) {
    describe(way, () => {
      const smuggled = "GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n";
      const post = `POST ${path} HTTP/1.1\r\nHost: a\r\n`;
      const attacks: [what: string, bytes: string][] = [
        [
          "a length and chunks",
          `${post}Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${smuggled}`,
        ],
        [
          "chunks and a length",
          `${post}Transfer-Encoding: chunked\r\nContent-Length: 6\r\n\r\n0\r\n\r\n${smuggled}`,
        ],
        [
          "two lengths",
          `${post}Content-Length: 0\r\nContent-Length: ${smuggled.length}\r\n\r\n${smuggled}`,
        ],
        [
          "two lengths in one header",
          `${post}Content-Length: 0, ${smuggled.length}\r\n\r\n${smuggled}`,
        ],
        ["a length with a sign", `${post}Content-Length: +0\r\n\r\n${smuggled}`],
        ["a length before a space", `${post}Content-Length : 0\r\n\r\n${smuggled}`],
        ["a folded header", `${post}X-A: 1\r\n Content-Length: 5\r\n\r\n${smuggled}`],
        ["a folded coding", `${post}Transfer-Encoding:\r\n chunked\r\n\r\n0\r\n\r\n${smuggled}`],
        ["a bare line feed", `POST ${path} HTTP/1.1\nHost: a\nContent-Length: 0\n\n${smuggled}`],
        ["a bare line feed in a header", `${post}X-A: 1\nContent-Length: 5\r\n\r\n${smuggled}`],
        [
          "a bare carriage return in a header",
          `${post}X-A: 1\rContent-Length: 5\r\n\r\n${smuggled}`,
        ],
        ["a NUL in a header", `${post}X-A: 1\0\r\n\r\n${smuggled}`],
        ["an unknown coding", `${post}Transfer-Encoding: xchunked\r\n\r\n${smuggled}`],
        [
          "a chunked coding that is not the last one",
          `${post}Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n${smuggled}`,
        ],
        [
          "a chunk size that is not valid",
          `${post}Transfer-Encoding: chunked\r\n\r\n0x5\r\nhello\r\n0\r\n\r\n${smuggled}`,
        ],
        ["a space in the target", `GET ${path} /x HTTP/1.1\r\nHost: a\r\n\r\n${smuggled}`],
        ["no HTTP at all", `\x16\x03\x01\x02\0\x01\r\n\r\n${smuggled}`],
      ];
      for (const [what, bytes] of attacks) {
        it(`can't smuggle another one by ${what}`, async () => {
          const text = await exchange(place.gateway, bytes);
          expect(asked).not.to.include("GET /smuggled");
          expect(text).to.match(/HTTP\/1\.1 400 Bad Request\r\n/);
          expect(JSON.parse(text.slice(text.lastIndexOf("\r\n\r\n") + 4))).to.have.nested.property(
            "errors[0].code",
            "BAD_REQUEST",
          );
        });
      }

      it("with headers beyond limits.headers is 431", async () => {
        const text = await exchange(place.gateway, `${post}X-A: ${"a".repeat(20_000)}\r\n\r\n`);
        expect(text).to.match(/^HTTP\/1\.1 431 Request Header Fields Too Large\r\n/);
        expect(text).to.contain('"code":"HEADERS_TOO_LARGE"');
        expect(text).to.match(/\r\nX-Request-Id: [0-9a-f-]{36}\r\n/);
        expect(asked).to.deep.equal([]);
      });

      it("can't remove a header of the gateway by naming it in Connection", async () => {
        let forwardedFor: string | undefined;
        place.answer((request, response) => {
          forwardedFor = String(request.headers["x-forwarded-for"]);
          response.end();
        });
        const named = "Connection: close, X-Forwarded-For, X-Request-Id, Host, Content-Length\r\n";
        await exchange(place.gateway, `${post}${named}Content-Length: 0\r\n\r\n`);
        expect(forwardedFor).to.equal("127.0.0.1");
      });
    });
  }
});
