import { type TestUpstream, startUpstream } from "./upstream.ts";

/** A service that calls the gateway again: whatever it is asked, it asks the same of somebody else, headers and all. */
export interface Relay {
  readonly url: string;
  readonly stop: TestUpstream["stop"];
}

/** Starts a relay. @param to where it passes requests on to: `http://127.0.0.1:8080` */
export async function startRelay(to: () => string): Promise<Relay> {
  return startUpstream((request, response, body) => {
    const { host: _host, connection: _connection, ...own } = request.headers;
    const { "content-length": _length, ...headers } = own;
    const { method = "", url = "" } = request;
    const passedOn = fetch(to() + url, {
      method,
      headers: headers as Record<string, string>,
      body,
    });
    passedOn.then(
      async (answer) =>
        response.writeHead(answer.status).end(Buffer.from(await answer.arrayBuffer())),
      () => response.destroy(),
    );
  });
}
