import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Backend } from "../backend.ts";
import { jsonServer } from "./json-server.ts";

/** json-server 1.0, which takes any body for JSON, whatever its type. */
export const jsonServer1: Backend = jsonServer({
  name: "json-server-1",
  version: "1.0.0-beta.3",
  // Its own command listens on every address, and reads its file again when it has written it.
  command: ({ folder }, file, port) => [
    "--input-type=module",
    "--eval",
    `import { readFileSync } from "node:fs";
     import { createApp } from "${pathToFileURL(join(folder, "node_modules/json-server/lib/app.js")).href}";
     import { Low, Memory } from "${pathToFileURL(join(folder, "node_modules/lowdb/lib/index.js")).href}";
     const data = JSON.parse(readFileSync(${JSON.stringify(file)}, "utf8"));
     createApp(new Low(new Memory(), data)).listen(${port}, () => {}, "127.0.0.1");`,
  ],
  upstream: "api: rest",
  spellings: (key, values) => [
    {
      title: "encoded letters",
      method: "PATCH",
      path: `/p%6Fsts/${key}`,
      body: JSON.stringify(values),
    },
    ...["text/plain", "application/x-www-form-urlencoded", "image/png"].map((type) => ({
      title: `JSON that is called ${type}`,
      method: "PATCH",
      path: `/posts/${key}`,
      headers: { "Content-Type": type },
      body: JSON.stringify(values),
    })),
  ],
});
