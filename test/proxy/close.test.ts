import { once } from "node:events";
import { type Server, createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect } from "chai";
import { connectUpstream } from "../../src/proxy/upstream.ts";

describe("the way to the upstream that is being closed", () => {
  let server: Server;
  const url = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const request = {
    method: "POST",
    path: "/posts",
    headers: [],
    body: Buffer.from("{}"),
    signal: new AbortController().signal,
  };
  beforeEach(async () => {
    server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
  });
  afterEach(() => {
    server.close();
    server.closeAllConnections();
  });

  it("lets a request end that is under way", async () => {
    const upstream = connectUpstream({ url: url(), timeout: 5_000 });
    const asked = once(server, "request") as Promise<[unknown, { end(text: string): void }]>;
    const answer = upstream.fetch(request, 100);
    const [, response] = await asked;
    const closed = upstream.close(5_000);
    response.end("done");
    expect(String((await answer).body)).to.equal("done");
    await closed;
  });

  it("breaks a request that takes too long, and says that it was sent", async () => {
    const upstream = connectUpstream({ url: url(), timeout: 60_000 });
    const asked = once(server, "request");
    const answer = upstream.fetch(request, 100).catch((error: unknown) => error);
    await asked;
    await upstream.close(20);
    expect(await answer).to.include({ name: "GatewayError", sent: true });
  });
});
