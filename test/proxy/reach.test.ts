import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { type Server, createServer } from "node:http";
import { type ServerOptions, createServer as createSecureServer } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import { WebSocket, WebSocketServer } from "ws";
import { type Gateway, startGateway } from "../../src/gateway.ts";
import { readConfig } from "../../src/configuration.ts";
import { type Got, ask, valuesOf } from "./place.ts";

const certificates = fileURLToPath(new URL("../support/certificates", import.meta.url));

/** The ways of a request, by what it is answered where the upstream can be reached. */
const WAYS = [
  { way: "passed through", method: "GET", path: "/notes" },
  { way: "that concerns a pre-action", method: "GET", path: "/posts" },
  { way: "that a post-action waits for", method: "PUT", path: "/orders/1" },
  { way: "outside the prefix", method: "GET", path: "/page", outside: true },
];

describe("an upstream", () => {
  let folder: string;
  let gateway: Gateway | null = null;
  const servers: Server[] = [];
  before(async () => (folder = await mkdtemp(join(tmpdir(), "sidehook-"))));
  after(() => rm(folder, { recursive: true }));
  afterEach(async () => {
    await stop();
    for (const server of servers.splice(0)) {
      server.close();
      server.closeAllConnections();
    }
  });

  async function stop(): Promise<void> {
    await gateway?.stop();
    gateway = null;
  }

  /** A gateway before it. @param upstream the section's lines, in flow form */
  async function start(upstream: string): Promise<Gateway> {
    const file = join(folder, "gateway.yaml");
    await writeFile(file, `upstream: { prefix: /api, ${upstream} }\n${CONFIGURATION}`);
    return (gateway = await startGateway(await readConfig(file, {}), {}));
  }

  async function listen(options?: ServerOptions): Promise<number> {
    const server = await listenSecurely(options);
    servers.push(server);
    return (server.address() as AddressInfo).port;
  }

  describe("that speaks https", () => {
    for (const one of WAYS) {
      it(`with an authority of its own is trusted by upstream.tls.ca, by a request ${one.way}`, async () => {
        const started = await start(
          `url: "https://127.0.0.1:${await listen()}", tls: { ca: ${certificates}/authority.crt }`,
        );
        expect((await askOn(started, one)).status).to.equal(200);
        expect(await said(started)).to.equal("welcome");
      });

      it(`that is not trusted is 502 UPSTREAM_UNREACHABLE to a request ${one.way}`, async () => {
        const started = await start(`url: "https://127.0.0.1:${await listen()}"`);
        const got = await askOn(started, one);
        expect(codeOf(got)).to.deep.equal([502, "UPSTREAM_UNREACHABLE"]);
        const isConcerned = /action/.test(one.way);
        expect(valuesOf(got.headers, "workflow-action")).to.deep.equal(
          isConcerned ? ["intercepted"] : [],
        );
      });
    }

    it("and asks for a certificate is shown that of upstream.tls.cert and key", async () => {
      const port = await listen({ requestCert: true, rejectUnauthorized: true });
      const pem = async (name: string) =>
        JSON.stringify(await readFile(join(certificates, name), "utf8"));
      const tls = `tls: { ca: ${certificates}/authority.crt, cert: ${await pem("client.crt")}, key: ${certificates}/client.key }`;
      const started = await start(`url: "https://localhost:${port}", ${tls}`);
      const got = await ask(portOf(started.url), { path: "/api/notes" });
      expect(JSON.parse(String(got.body))).to.have.property("authorized", true);
    });

    it("and misses a certificate of ours is 502 UPSTREAM_UNREACHABLE", async () => {
      const port = await listen({ requestCert: true, rejectUnauthorized: true });
      const tls = `tls: { ca: ${certificates}/authority.crt }`;
      const started = await start(`url: "https://localhost:${port}", ${tls}`);
      for (const one of WAYS) {
        expect(codeOf(await askOn(started, one))).to.deep.equal([502, "UPSTREAM_UNREACHABLE"]);
      }
    });

    it("under another name is trusted where upstream.tls.servername names it", async () => {
      const port = await listen();
      const ca = `ca: ${certificates}/authority.crt`;
      const named = await start(
        `url: "https://127.0.0.1:${port}", tls: { ${ca}, servername: api.internal }`,
      );
      expect((await ask(portOf(named.url), { path: "/api/notes" })).status).to.equal(200);
      await stop();
      const other = await start(
        `url: "https://127.0.0.1:${port}", tls: { ${ca}, servername: elsewhere.example }`,
      );
      expect(codeOf(await ask(portOf(other.url), { path: "/api/notes" }))[0]).to.equal(502);
    });

    it("is held against its own name though the client's Host is forwarded", async () => {
      const url = `url: "https://127.0.0.1:${await listen()}"`;
      const started = await start(
        `${url}, host: client, tls: { ca: ${certificates}/authority.crt }`,
      );
      const got = await ask(portOf(started.url), { path: "/api/notes" });
      expect(JSON.parse(String(got.body))).to.have.property("host", "site.example");
    });

    it("where plain HTTP is spoken is 502 UPSTREAM_UNREACHABLE", async () => {
      const server = createServer((_request, response) => response.end());
      servers.push(server);
      await once(server.listen(0, "127.0.0.1"), "listening");
      const { port } = server.address() as AddressInfo;
      const started = await start(`url: "https://127.0.0.1:${port}"`);
      for (const one of WAYS) {
        expect(codeOf(await askOn(started, one))).to.deep.equal([502, "UPSTREAM_UNREACHABLE"]);
      }
    });
  });

  describe("on a Unix socket", () => {
    for (const name of ["absolute", "relative"]) {
      it(`is reached on every way: ${name} path`, async () => {
        const path = join(folder, `${name}.sock`);
        const server = createServer((request, response) => {
          response.end(JSON.stringify({ id: 1, url: request.url, host: request.headers.host }));
        });
        greet(server);
        servers.push(server);
        await once(server.listen(path), "listening");
        const started = await start(
          `url: "unix:${name === "absolute" ? path : "./relative.sock"}"`,
        );
        for (const one of WAYS) {
          const got = await askOn(started, one);
          expect(got.status).to.equal(200);
          const url = one.outside ? one.path : `/api${one.path}`;
          expect(JSON.parse(String(got.body))).to.include({ url, host: "localhost" });
        }
        expect(await said(started)).to.equal("welcome");
      });
    }

    it("that is not there is 502 UPSTREAM_UNREACHABLE", async () => {
      const started = await start(`url: "unix:${folder}/nobody.sock"`);
      for (const one of WAYS) {
        expect(codeOf(await askOn(started, one))).to.deep.equal([502, "UPSTREAM_UNREACHABLE"]);
      }
    });
  });

  it("is sent the client's Host by upstream.host: client, and its own by default", async () => {
    const hosts: (string | undefined)[] = [];
    const server = createServer((request, response) => {
      hosts.push(request.headers.host);
      response.setHeader("Content-Type", "application/json").end('{"id":1}');
    });
    greet(server, (request) => hosts.push(request.headers.host));
    servers.push(server);
    await once(server.listen(0, "127.0.0.1"), "listening");
    const { port } = server.address() as AddressInfo;
    for (const [host, seen] of [
      ["client", "site.example"],
      ["upstream", `127.0.0.1:${port}`],
    ] as const) {
      const started = await start(`url: "http://127.0.0.1:${port}", host: ${host}`);
      for (const one of WAYS) await askOn(started, one);
      await said(started);
      const all = hosts.splice(0);
      // A WebSocket's client tells where it connects to.
      if (host === "client") expect(all.pop()).to.equal(new URL(started.url).host);
      expect(new Set(all)).to.deep.equal(new Set([seen]));
      await stop();
    }
  });
});

const portOf = (url: string) => Number(new URL(url).port);

const askOn = ({ url }: Gateway, { method, path, outside }: (typeof WAYS)[number]) =>
  ask(portOf(url), { method, path: outside ? path : `/api${path}` });

/** Over a WebSocket: what the upstream says first. */
async function said({ url }: Gateway): Promise<string> {
  const socket = new WebSocket(`${url.replace("http", "ws")}/api/live`);
  const [data] = (await once(socket, "message")) as [Buffer];
  socket.terminate();
  return String(data);
}

/** A server with a certificate for localhost, api.internal and 127.0.0.1, which tells what it was asked. */
async function listenSecurely(options: ServerOptions = {}): Promise<Server> {
  const [key, cert, ca] = await Promise.all(
    ["server.key", "server.crt", "authority.crt"].map((name) => readFile(join(certificates, name))),
  );
  const secure = createSecureServer({ key, cert, ca, ...options }, (request, response) => {
    const { authorized } = request.socket as unknown as { authorized: boolean };
    response.end(JSON.stringify({ id: 1, authorized, host: request.headers.host }));
  });
  greet(secure);
  await once(secure.listen(0, "127.0.0.1"), "listening");
  return secure;
}

/** Greets whoever opens a WebSocket. */
function greet(server: Server, seen: (request: { headers: { host?: string } }) => void = () => {}) {
  const sockets = new WebSocketServer({ noServer: true });
  server.on("upgrade", (request, socket, head) => {
    seen(request);
    sockets.handleUpgrade(request, socket, head, (client) => client.send("welcome"));
  });
}

function codeOf({ status, body }: Got): [number, string] {
  const { errors } = JSON.parse(String(body)) as { errors: { code: string }[] };
  return [status, errors[0]?.code ?? ""];
}

const CONFIGURATION = `
listen: { port: 0 }
admin: { port: 0 }
store: { url: "sqlite:./history.db" }
log: { level: error, format: json }
identity: none
workflows:
  look:
    trigger: { type: pre-action, collection: posts, global: true, actions: [list] }
    steps: [{ type: log, message: seen }]
  after:
    trigger: { type: post-action, collection: orders, global: true, actions: [update], sync: true }
    steps: []
`;
