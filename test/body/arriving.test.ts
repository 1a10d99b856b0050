import { type IncomingMessage, createServer } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { once } from "node:events";
import { buffer } from "node:stream/consumers";
import { expect } from "chai";
import { arriving } from "../../src/body/arriving.ts";
import { GatewayError } from "../../src/model/errors.ts";

describe("the reading of a body", () => {
  const HEAD = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\n";

  /** What comes of a reading while a client sends some of a body, and does something. */
  async function outcome(sent: string, then: "leaves" | "waits", read = buffer): Promise<unknown> {
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    const client = connect((server.address() as AddressInfo).port, "127.0.0.1");
    client.on("error", () => undefined).write(HEAD + sent);
    const [request] = (await once(server, "request")) as [IncomingMessage];
    const reading = arriving(read, 200)(request).catch((error: unknown) => error);
    if (then === "leaves") client.destroy();
    const came = await reading;
    client.destroy();
    server.close();
    return came;
  }

  it("gives what came", async () => {
    expect(String(await outcome("hello", "waits"))).to.equal("hello");
  });

  it("is REQUEST_TIMEOUT where no byte comes for too long", async () => {
    expect(await outcome("he", "waits")).to.have.property("code", "REQUEST_TIMEOUT");
  });

  it("is BAD_REQUEST, and no unexpected error, where the client leaves in mid-upload", async () => {
    const error = await outcome("he", "leaves");
    expect(error).to.be.instanceOf(GatewayError).with.property("code", "BAD_REQUEST");
  });

  it("errs as it would where it is the reader that errs", async () => {
    const mine = new GatewayError("BAD_JSON", "no");
    expect(await outcome("he", "waits", () => Promise.reject(mine))).to.equal(mine);
  });
});
