import type { ServerResponse } from "node:http";
import { gzipSync } from "node:zlib";

/** An upstream's whole answer, byte for byte. */
const wire = (text: string) => (response: ServerResponse) =>
  void response.socket?.end(Buffer.from(text, "latin1"));

const DATE = "Date: Wed, 21 Oct 2015 07:28:00 GMT";

/** Answers that an upstream may give, each with the method that it answers. */
export const ANSWERS: [what: string, method: string, answer: (response: ServerResponse) => void][] =
  [
    [
      "headers in their order and case, one name several times",
      "GET",
      wire(
        `HTTP/1.1 200 OK\r\nb-Second: 2\r\nA-FIRST: 1\r\n${DATE}\r\nSet-Cookie: a=1; Path=/\r\nx-a: 1\r\nset-cookie: b=2\r\n` +
          "X-A: 2\r\nSet-Cookie: c=3\r\nVary: A\r\nVary: B\r\nContent-Length: 2\r\nX-Empty:\r\n\r\nok",
      ),
    ],
    [
      "bytes beyond ASCII in header values",
      "GET",
      wire(
        `HTTP/1.1 200 OK\r\n${DATE}\r\nX-Name: caf\xe9 \xc3\xa9\xff\r\nContent-Length: 0\r\n\r\n`,
      ),
    ],
    [
      "a reason phrase of its own",
      "GET",
      wire(`HTTP/1.1 299 Quite So (really)\r\n${DATE}\r\nContent-Length: 0\r\n\r\n`),
    ],
    [
      "a reason phrase beyond ASCII",
      "GET",
      wire(`HTTP/1.1 200 C'est \xc3\xa9tabli\r\n${DATE}\r\nContent-Length: 0\r\n\r\n`),
    ],
    ["no reason phrase", "GET", wire(`HTTP/1.1 200 \r\n${DATE}\r\nContent-Length: 0\r\n\r\n`)],
    ["no Date where it sends none", "GET", wire("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")],
    [
      "a body that ends with the connection",
      "GET",
      wire(`HTTP/1.1 200 OK\r\n${DATE}\r\n\r\nto the end`),
    ],
    [
      "a chunked body with trailers",
      "GET",
      wire(
        `HTTP/1.1 200 OK\r\n${DATE}\r\nTrailer: X-Sum\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\nX-Sum: 6\r\nx-Sum: caf\xe9\r\n\r\n`,
      ),
    ],
    [
      "a body of every byte",
      "POST",
      (response) => response.end(Buffer.from(Array.from({ length: 1024 }, (_, at) => at % 256))),
    ],
    [
      "a compressed body",
      "GET",
      (response) => response.writeHead(200, { "Content-Encoding": "gzip" }).end(gzipSync("hello")),
    ],
    [
      "a body over 64 kB",
      "GET",
      (response) => response.end(Buffer.alloc(300_000, "0123456789abcdef")),
    ],
    ["204 without a body", "DELETE", (response) => response.writeHead(204).end()],
    [
      "205 with an empty body",
      "POST",
      (response) => response.writeHead(205, { "Content-Length": 0 }).end(),
    ],
    [
      "304 with the length of what it stands for",
      "GET",
      wire(`HTTP/1.1 304 Not Modified\r\n${DATE}\r\nETag: "a"\r\nContent-Length: 500\r\n\r\n`),
    ],
    ["304 without a length", "GET", (response) => response.writeHead(304, { ETag: '"a"' }).end()],
    [
      "206 of a Range",
      "GET",
      (response) => {
        const { range } = response.req.headers;
        response
          .writeHead(206, {
            "Content-Range": `${range?.replace("=", " ")}/10`,
            "Content-Length": 5,
          })
          .end("01234");
      },
    ],
    [
      "HEAD with the length of what GET has",
      "HEAD",
      (response) => response.writeHead(200, { "Content-Length": 500_000 }).end(),
    ],
    [
      "HEAD that tells no length",
      "HEAD",
      (response) => response.writeHead(200, { "X-A": "1" }).end(),
    ],
    [
      "HEAD that tells of chunks",
      "HEAD",
      wire(`HTTP/1.1 200 OK\r\n${DATE}\r\nTransfer-Encoding: chunked\r\n\r\n`),
    ],
    [
      "a redirect, which is not followed",
      "GET",
      (response) => response.writeHead(302, { Location: "http://elsewhere.example/" }).end("moved"),
    ],
    [
      "404",
      "GET",
      (response) => response.writeHead(404, { "Content-Type": "text/plain" }).end("no such"),
    ],
    ["500", "POST", (response) => response.writeHead(500).end("oh")],
    [
      "503 with Retry-After",
      "GET",
      (response) => response.writeHead(503, { "Retry-After": "7" }).end(),
    ],
    [
      "401 with two challenges",
      "GET",
      wire(
        `HTTP/1.1 401 Unauthorized\r\n${DATE}\r\nWWW-Authenticate: Basic realm="a"\r\nWWW-Authenticate: Bearer\r\nContent-Length: 0\r\n\r\n`,
      ),
    ],
    [
      "103 early hints, twice, before it",
      "GET",
      (response) => {
        response.writeEarlyHints({ link: "</a.css>; rel=preload; as=style", "x-trace": "1" });
        response.writeEarlyHints({ link: ["</b.js>; rel=preload", "</c.js>; rel=preload"] });
        response.end("done");
      },
    ],
    [
      "102 before it",
      "POST",
      (response) => {
        response.writeProcessing();
        response.end("done");
      },
    ],
  ];
