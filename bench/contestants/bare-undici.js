// @ts-check
// The least that a proxy on Node can do: node:http in front, undici's dispatch behind. Not safe for use.
import { createServer } from "node:http";
import { Pool } from "undici";
import { listening, upstream } from "./listening.js";

const pool = new Pool(upstream, { connections: 64, pipelining: 1 });

const nothing = () => {};

/** @typedef {import("node:http").IncomingMessage} Request */
/** @typedef {import("node:http").ServerResponse} Response */

/**
 * An answer that fits into one piece leaves in one write, with its head.
 * @param {Response} response
 * @returns {import("undici").Dispatcher.DispatchHandler}
 */
function answering(response) {
  /** @type {Buffer | null} */
  let first = null;
  let resume = nothing;
  /** @type {() => void} */
  let abort = nothing;
  response.once("close", () => {
    if (!response.writableFinished) abort();
  });
  return {
    onConnect(given) {
      abort = given;
    },
    onHeaders(status, headers, go) {
      resume = go;
      response.writeHead(status, headers.map(String));
      return true;
    },
    onData(chunk) {
      if (first === null) {
        first = chunk;
        return true;
      }
      if (first.length > 0) response.write(first);
      first = Buffer.alloc(0);
      if (response.write(chunk)) return true;
      response.once("drain", resume);
      return false;
    },
    onComplete() {
      response.end(first?.length ? first : undefined);
    },
    onError() {
      response.destroy();
    },
  };
}

/**
 * @param {Request} request
 * @param {Response} response
 * @param {Buffer | null} body
 */
function forward(request, response, body) {
  const { method = "GET", url = "/", rawHeaders } = request;
  const headers = rawHeaders.filter(
    (_, index) => rawHeaders[index - (index % 2)]?.toLowerCase() !== "connection",
  );
  const options = { method: /** @type {"GET"} */ (method), path: url, headers, body };
  pool.dispatch(options, answering(response));
}

listening(
  createServer((request, response) => {
    if (request.headers["content-length"] === undefined) return forward(request, response, null);
    /** @type {Buffer[]} */
    const chunks = [];
    request.on("data", (chunk) => chunks.push(chunk));
    request.on("end", () => {
      forward(request, response, chunks.length === 1 ? (chunks[0] ?? null) : Buffer.concat(chunks));
    });
  }),
);
