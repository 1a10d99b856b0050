import { type IncomingHttpHeaders, request } from "node:http";
import { buffer } from "node:stream/consumers";

/** What a raw request is answered. */
export interface RawAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/**
 * Sends a request whose target goes out byte for byte as it is given, as no other client would send it: `/x/../posts`,
 * `http://evil.example/posts`.
 * @param url origin of the server
 * @param headers a list of values is a line for each
 */
export function rawRequest(
  url: string,
  method: string,
  target: string,
  headers: Readonly<Record<string, string | string[]>> = {},
  body: string | Buffer = "",
): Promise<RawAnswer> {
  const { hostname: host, port } = new URL(url);
  const length = { "Content-Length": String(Buffer.byteLength(body)) };
  return new Promise((resolve, reject) => {
    const options = {
      host,
      port,
      method,
      path: target,
      headers: { ...headers, ...length },
      agent: false,
    };
    const asked = request(options, (answer) => {
      buffer(answer).then(
        (read) => resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: read }),
        reject,
      );
    });
    asked.on("error", reject).end(body);
  });
}
