import { once } from "node:events";
import { connect } from "node:net";

/**
 * Sends 4 MB, all but their head after the answer has begun. Gives how the answer begins.
 * @throws when the connection breaks before all is sent
 */
export async function sendWhile(
  url: string,
  path: string,
  type = "application/json",
): Promise<string> {
  const socket = connect({
    port: Number(new URL(url).port),
    host: "127.0.0.1",
    allowHalfOpen: true,
  });
  try {
    const broken = new Promise<never>((_resolve, reject) => socket.on("error", reject));
    // The answer may end long before the request does.
    const ended = once(socket, "end");
    ended.catch(() => undefined); // `broken` tells
    const head = `POST ${path} HTTP/1.1\r\nHost: a\r\nContent-Type: ${type}\r\n`;
    socket.write(`${head}Content-Length: 4000000\r\n\r\n`);
    const [bytes] = (await Promise.race([once(socket, "data"), broken])) as [Buffer];
    for (const half of [Buffer.alloc(2_000_000, " "), Buffer.alloc(2_000_000, " ")]) {
      await Promise.race([broken, new Promise((resolve) => socket.write(half, resolve))]);
    }
    await Promise.race([ended, broken]);
    return bytes.toString("latin1");
  } finally {
    socket.destroy();
  }
}
