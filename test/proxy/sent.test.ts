import { type AddressInfo, type Server, type Socket, createServer } from "node:net";
import { once } from "node:events";
import { expect } from "chai";
import { type GatewayError, UpstreamError } from "../../src/model/errors.ts";
import type { Upstream } from "../../src/model/upstream.ts";
import { connectUpstream } from "../../src/proxy/upstream.ts";

describe("an error of the upstream says whether the upstream may have acted:", () => {
  let server: Server;
  let upstream: Upstream;
  afterEach(async () => {
    server.close();
    await upstream.close(1_000);
  });

  it("it has not when the connection is refused", async () => {
    await start(() => undefined);
    server.close();
    await once(server, "close");
    expect(await failure("POST")).to.include({ code: "UPSTREAM_UNREACHABLE", sent: false });
  });

  it("it has not when the upstream's name is unknown", async () => {
    await start(() => undefined);
    upstream = connectUpstream({ url: "http://nowhere.invalid", timeout: 5_000 });
    expect(await failure("POST")).to.include({ code: "UPSTREAM_UNREACHABLE", sent: false });
  });

  it("it may have when no answer came in time", async () => {
    await start(() => undefined, 100);
    expect(await failure("POST")).to.include({ code: "UPSTREAM_TIMEOUT", sent: true });
  });

  it("it may have when the connection broke before the answer", async () => {
    await start((socket) => socket.destroy());
    expect(await failure("POST")).to.include({ code: "UPSTREAM_UNREACHABLE", sent: true });
  });

  it("it may have when the connection broke within the answer", async () => {
    await start((socket) => {
      socket.write("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n12", () => socket.destroy());
    });
    expect(await failure("POST")).to.include({ code: "UPSTREAM_BROKEN", sent: true });
  });

  it("it may have when the answer is not HTTP", async () => {
    await start((socket) => void socket.end("SSH-2.0-OpenSSH_9.6\r\n"));
    expect(await failure("POST")).to.include({ code: "UPSTREAM_BROKEN", sent: true });
  });

  it("it may have when the answer is too long", async () => {
    await start((socket) => void socket.end("HTTP/1.1 200 OK\r\n\r\n0123456789"));
    expect(await failure("POST")).to.include({ code: "UPSTREAM_BROKEN", sent: true });
  });

  it("a request that can't be sent at all errs without an answer to that", async () => {
    await start(() => undefined);
    const error = await failure("POST", ["X-Note", "a\r\nb"]);
    expect(error).to.have.property("code", "BAD_REQUEST");
    expect(error).not.to.be.instanceOf(UpstreamError);
  });

  it("it may have after a GET was sent twice, or a POST once", async () => {
    let asked = 0;
    await start((socket) => {
      asked += 1;
      socket.destroy();
    });
    expect(await failure("POST")).to.have.property("sent", true);
    expect(asked).to.equal(1);
    expect(await failure("GET")).to.have.property("sent", true);
    expect(asked).to.equal(3);
  });

  it("a request that the caller gave up errs with the caller's reason instead", async () => {
    const gone = new AbortController();
    await start(() => gone.abort(new Error("enough")));
    expect(await failure("POST", [], gone.signal)).to.have.property("message", "enough");
    expect(await failure("POST", [], gone.signal)).to.have.property("message", "enough");
  });

  /** An upstream that does as it likes with a connection on which a request came. */
  async function start(onRequest: (socket: Socket) => void, timeout = 5_000): Promise<void> {
    server = createServer((socket) => {
      socket.on("error", () => undefined).once("data", () => onRequest(socket));
    });
    await once(server.listen(0, "127.0.0.1"), "listening");
    const { port } = server.address() as AddressInfo;
    upstream = connectUpstream({ url: `http://127.0.0.1:${port}`, timeout });
  }

  const failure = (
    method: string,
    headers: string[] = [],
    signal = new AbortController().signal,
  ): Promise<GatewayError> =>
    upstream.fetch({ method, path: "/posts", headers, body: null, signal }, 8).then(
      () => expect.fail("it was answered"),
      (error: GatewayError) => error,
    );
});
