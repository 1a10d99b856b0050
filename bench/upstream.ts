// The upstream, as a process of its own. It is made of sockets alone, so that the core which it shares with the load generator
// is not what is measured.
import { type AddressInfo, createServer } from "node:net";
import { receiver } from "./receiver.ts";

const small = answer(200);
const large = answer(10_000);

/** JSON of so many bytes, which could be an order or a user. */
function answer(size: number): Buffer {
  const start = '{"id":1,"title":"Order 4711","status":"draft","amount":129.5,"text":"';
  const body = `${start.padEnd(size - 2, "x")}"}`;
  const head = `HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: ${size}\r\n\r\n`;
  return Buffer.from(head + body);
}

const server = createServer({ noDelay: true }, (socket) => {
  const reply = receiver((head) => socket.write(head.startsWith("GET /large") ? large : small));
  socket.on("data", reply);
  socket.on("error", () => socket.destroy());
});
server.listen(0, "127.0.0.1", () => {
  process.send?.({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
});
process.on("disconnect", () => process.exit());
