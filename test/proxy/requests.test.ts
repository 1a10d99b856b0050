import type { IncomingMessage } from "node:http";
import { buffer } from "node:stream/consumers";
import { expect } from "chai";
import { type Place, type Sent, WAYS, ask, exchange, startPlace, valuesOf } from "./place.ts";

describe("a client's request", () => {
  let place: Place;
  let seen: Seen[] = [];
  before(async () => (place = await startPlace()));
  after(() => place.stop());
  beforeEach(() => {
    seen = [];
    place.answer((request, response) => {
      buffer(request).then(
        (body) => {
          seen.push({ ...headOf(request), body });
          response.end();
        },
        () => response.destroy(),
      );
    });
  });

  /** What the upstream sees of a request, asked directly and through the gateway. */
  async function both(sent: Sent): Promise<[direct: Seen, through: Seen]> {
    await ask(place.upstream, sent);
    await ask(place.gateway, sent);
    expect(seen).to.have.length(2);
    return seen as [Seen, Seen];
  }

  for (const { way, path } of WAYS) {
    describe(way, () => {
      for (const method of [
        "GET",
        "HEAD",
        "POST",
        "PUT",
        "PATCH",
        "DELETE",
        "OPTIONS",
        "PROPFIND",
      ]) {
        it(`reaches the upstream as ${method}, with its body`, async () => {
          const body = ["GET", "HEAD", "OPTIONS"].includes(method) ? undefined : '{"title":"Good"}';
          const headers = body ? ["Content-Type", "application/json", "Content-Length", "16"] : [];
          const [direct, through] = await both({ method, path: `${path}/1?a=1`, headers, body });
          expect(sorted(through)).to.deep.equal(sorted(direct));
        });
      }

      it("keeps its query byte for byte", async () => {
        const query = "?q=%41%2f+a%20b&&x=&x&%7B=1&a[]=1&b={\"c\":'d'}|^`\\&%zz=%f";
        const [direct, through] = await both({ path: `${path}/1${query}` });
        expect(through.url).to.equal(direct.url);
      });

      it("keeps its headers: several of one name, empty ones, bytes beyond ASCII", async () => {
        const headers = ["x-b", "2", "X-A", "1", "X-Empty", "", "X-Name", "caf\xe9", "x-a", "3"];
        const more = ["Cookie", "a=1; b=2", "Accept", "*/*", "Authorization", "Basic eDp5"];
        const [direct, through] = await both({ path, headers: [...headers, ...more] });
        expect(sorted(through)).to.deep.equal(sorted(direct));
      });

      it("loses the headers that belong to the connection, and those that Connection names", async () => {
        const headers = [
          "Connection",
          "close, X-Hop",
          "X-Hop",
          "1",
          "X-Kept",
          "1",
          "TE",
          "trailers",
        ];
        await ask(place.gateway, { path, headers: [...headers, "Proxy-Connection", "close"] });
        const [through] = seen as [Seen];
        expect(valuesOf(through.headers, "x-kept")).to.deep.equal(["1"]);
        for (const name of ["x-hop", "te", "proxy-connection"]) {
          expect(valuesOf(through.headers, name)).to.deep.equal([]);
        }
      });

      it("tells by X-Forwarded-* who sent it, after what others told before", async () => {
        const headers = ["X-Forwarded-For", "10.0.0.1"];
        await ask(place.gateway, { path, headers });
        const arrived = seen[0]?.headers ?? [];
        expect(valuesOf(arrived, "x-forwarded-for")).to.deep.equal(["10.0.0.1, 127.0.0.1"]);
        expect(valuesOf(arrived, "x-forwarded-proto")).to.deep.equal(["http"]);
        expect(valuesOf(arrived, "x-forwarded-host")).to.deep.equal(["site.example"]);
        expect(valuesOf(arrived, "host")).to.deep.equal([`127.0.0.1:${place.upstream}`]);
      });

      it("keeps its traceparent and X-Request-Id, or gets new ones where they are not valid", async () => {
        const trace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
        await ask(place.gateway, { path, headers: ["Traceparent", trace, "X-Request-Id", "mine"] });
        await ask(place.gateway, { path, headers: ["traceparent", "x", "X-Request-Id", "a b"] });
        const [kept, made] = seen.map(({ headers }) => headers) as [string[], string[]];
        expect(valuesOf(kept, "traceparent")).to.deep.equal([trace]);
        expect(valuesOf(kept, "x-request-id")).to.deep.equal(["mine"]);
        expect(valuesOf(made, "traceparent").join()).to.match(
          /^00-[0-9a-f]{32}-[0-9a-f]{16}-0[01]$/,
        );
        expect(valuesOf(made, "x-request-id").join()).to.match(/^[0-9a-f-]{36}$/);
      });

      for (const method of ["POST", "PUT", "PATCH", "DELETE", "OPTIONS", "GET"]) {
        for (const length of [0, 5, 100_000]) {
          it(`brings a body of ${length} bytes in chunks by ${method}, and the next request is its own`, async () => {
            const body = Buffer.alloc(length, "GET /smuggled HTTP/1.1\r\n\r\n");
            const headers = ["Transfer-Encoding", "chunked", "Content-Type", "application/x-a"];
            const sent = { method, path: `${path}/1`, headers, body };
            expect((await ask(place.gateway, sent)).status).to.equal(200);
            expect((await ask(place.gateway, { path: `${path}/2` })).status).to.equal(200);
            expect(seen.map(({ url }) => url)).to.deep.equal([`${path}/1`, `${path}/2`]);
            expect(seen[0]?.body.equals(body)).to.equal(true);
          });
        }
      }

      for (const method of ["POST", "DELETE", "GET", "OPTIONS"]) {
        for (const length of [0, 5, 100_000]) {
          it(`brings a body of ${length} bytes and known length by ${method}`, async () => {
            const body = Buffer.alloc(length, "x");
            const headers = ["Content-Length", String(length), "Content-Type", "application/x-a"];
            await ask(place.gateway, { method, path: `${path}/1`, headers, body });
            await ask(place.gateway, { path: `${path}/2` });
            expect(seen.map(({ url }) => url)).to.deep.equal([`${path}/1`, `${path}/2`]);
            expect(seen[0]?.body.equals(body)).to.equal(true);
            expect(valuesOf(seen[0]?.headers ?? [], "transfer-encoding")).to.deep.equal([]);
          });
        }
      }

      it("that expects 100-continue is told to go on, and its body arrives", async () => {
        const head = `POST ${path} HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nConnection: close\r\nX-A: 1\r\nContent-Length: 5\r\n`;
        const arrived = await exchange(place.gateway, `${head}\r\n`, (text) =>
          text.includes("\r\n\r\n"),
        );
        expect(arrived).to.match(/^HTTP\/1.1 100 Continue\r\n/);
        const whole = await exchange(place.gateway, `${head}\r\nhello`);
        expect(whole).to.match(/^HTTP\/1.1 100 Continue\r\n\r\nHTTP\/1.1 200 OK\r\n/);
        expect(String(seen.at(-1)?.body)).to.equal("hello");
        expect(valuesOf(seen.at(-1)?.headers ?? [], "x-forwarded-for")).to.deep.equal([
          "127.0.0.1",
        ]);
      });

      it("that an upstream refuses before it was read whole gets the refusal", async () => {
        place.answer((request, response) => {
          response.writeHead(413).end("too much");
          // A connection that is closed with bytes unread takes the answer with it, whoever is at its other end.
          request.resume();
        });
        const body = Buffer.alloc(200_000, "x");
        const headers = ["Content-Length", "200000", "Content-Type", "application/x-a"];
        const got = await ask(place.gateway, { method: "POST", path, headers, body });
        expect([got.status, String(got.body)]).to.deep.equal([413, "too much"]);
      });

      it("one of several on a connection is answered in its turn", async () => {
        place.answer((request, response) => {
          setTimeout(() => response.end(request.url), request.url?.endsWith("1") ? 30 : 0);
        });
        const text = await exchange(
          place.gateway,
          get(`${path}/1`) + get(`${path}/2`) + get(`${path}/3`, "Connection: close\r\n"),
        );
        const order = [...text.matchAll(/\/(\d)(?:\r\n0\r\n|HTTP|$)/g)].map(([, at]) => at);
        expect(text.match(/HTTP\/1.1 200/g)).to.have.length(3);
        expect(order.join("")).to.equal("123");
      });
    });
  }
});

const get = (path: string, more = "") => `GET ${path} HTTP/1.1\r\nHost: a\r\n${more}\r\n`;

/** What an upstream sees of a request. */
interface Seen {
  readonly method: string;
  readonly url: string;
  readonly headers: readonly string[];
  readonly body: Buffer;
}

const headOf = ({ method = "", url = "", rawHeaders }: IncomingMessage) => ({
  method,
  url,
  headers: rawHeaders,
});

/** Without what the gateway adds, and with the headers in one order: that of different names says nothing. */
function sorted({ headers, ...rest }: Seen) {
  const own =
    /^(host|connection|x-forwarded-.*|x-request-id|traceparent|transfer-encoding|content-length)$/i;
  const pairs = headers.flatMap((name, at) =>
    at % 2 === 0 && !own.test(name) ? [`${name.toLowerCase()}: ${headers[at + 1]}`] : [],
  );
  return { ...rest, headers: pairs.toSorted() };
}
