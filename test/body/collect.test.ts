import {
  type ClientRequest,
  type IncomingMessage,
  type Server,
  createServer,
  request,
} from "node:http";
import type { AddressInfo } from "node:net";
import { expect } from "chai";
import { bodyCollector } from "../../src/body/collect.ts";
import type { GatewayError } from "../../src/model/errors.ts";
import { until } from "../support/until.ts";

describe("bodies that are on their way at once", () => {
  let server: Server;
  let ends: string[];
  const come = new Map<string, number>();

  before(async () => {
    const collect = bodyCollector(1_000, 2_500);
    server = createServer((asked: IncomingMessage, answer) => {
      const { url = "" } = asked;
      asked.on("data", (chunk: Buffer) => come.set(url, (come.get(url) ?? 0) + chunk.length));
      const settle = (what: string | number) => {
        ends.push(`${url} ${what}`);
        answer.end();
      };
      collect(asked).then(
        ({ length }) => settle(length),
        (error: GatewayError) => settle(error.code),
      );
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  });
  beforeEach(() => void (ends = []));
  after(() => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  });

  /** Sends so much more of a body, and waits until it has come. */
  async function send(client: ClientRequest, length: number) {
    const before = come.get(client.path) ?? 0;
    client.write("x".repeat(length));
    await until(() => come.get(client.path) === before + length);
  }

  /** A client that has sent so much of its body. */
  async function begun(path: string, length: number) {
    const { port } = server.address() as AddressInfo;
    const client = request({ host: "127.0.0.1", port, path, method: "POST", agent: false });
    client.on("error", () => undefined);
    come.set(path, 0);
    await send(client, length);
    return client;
  }

  it("are read as long as they hold no more together than they may", async () => {
    const clients = [await begun("/a", 800), await begun("/b", 800), await begun("/c", 800)];
    for (const client of clients) client.end("x");
    await until(() => ends.length === 3);
    expect(ends.toSorted()).to.deep.equal(["/a 801", "/b 801", "/c 801"]);
  });

  it("are refused beyond that one after another, the one that has waited longest first", async () => {
    const a = await begun("/a", 500);
    await begun("/b", 900);
    await send(a, 400);
    await begun("/c", 900);
    await until(() => ends.length === 1);
    expect(ends).to.deep.equal(["/b REQUEST_TIMEOUT"]);
    const d = await begun("/d", 900);
    await until(() => ends.length === 2);
    expect(ends[1]).to.equal("/a REQUEST_TIMEOUT");
    d.end();
    await until(() => ends.length === 3);
    expect(ends[2]).to.equal("/d 900");
  });
});
