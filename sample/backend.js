// The sample backend: json-server on loopback. It has never heard of Sidehook.
//
//     node sample/backend.js [port] [db.json]
//
// Records are kept in a copy of sample/db.json, so that the original stays as it is. A parent process is told `{ url }`.
import { copyFileSync, existsSync, mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import jsonServer from "json-server";

const original = fileURLToPath(new URL("db.json", import.meta.url));
const kept = fileURLToPath(new URL("../data/sample-db.json", import.meta.url));
const [port = "3000", file = kept] = process.argv.slice(2);

if (!existsSync(file)) {
  mkdirSync(dirname(file), { recursive: true });
  copyFileSync(original, file);
}

const app = jsonServer.create();
app.use(jsonServer.defaults({ logger: false }));
app.use(jsonServer.router(file));

const server = app.listen(Number(port), "127.0.0.1", () => {
  const url = `http://127.0.0.1:${server.address().port}`;
  console.log(`sample backend (json-server) listens on ${url}`);
  process.send?.({ url });
});
server.on("error", (error) => {
  console.error(`the sample backend can't have port ${port}: ${error.message}`);
  process.exit(75);
});

if (process.send) {
  // Ctrl-C reaches a whole terminal. The gateway's last requests still need this one; the parent ends it after them.
  process.on("SIGINT", () => {});
  process.on("disconnect", () => process.exit());
}
process.on("SIGTERM", () => process.exit());
