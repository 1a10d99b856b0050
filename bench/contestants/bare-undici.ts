import { createServer } from "node:http";
import { Pool } from "undici";
import { contestant } from "../contestant.ts";

/** The least that a proxy on Node can do: node:http in front, undici's dispatch behind. Not safe for use. */
contestant((upstream) => {
  const pool = new Pool(upstream);
  return createServer((request, response) => {
    const body = request.headers["content-length"] === undefined ? null : request;
    pool.dispatch(
      {
        method: request.method as "GET",
        path: request.url ?? "/",
        headers: request.rawHeaders,
        body,
      },
      {
        onConnect() {},
        onHeaders(status, headers, resume) {
          response.writeHead(status, headers.map(String));
          response.on("drain", resume);
          return true;
        },
        onData: (chunk) => response.write(chunk),
        onComplete: () => void response.end(),
        onError: () => void response.destroy(),
      },
    );
  });
});
