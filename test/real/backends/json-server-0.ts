import { join } from "node:path";
import type { Backend, Spelling } from "../backend.ts";
import { jsonServer } from "./json-server.ts";

/** json-server 0.17: it can do lists in pages, in an order. */
export const jsonServer0: Backend = jsonServer({
  name: "json-server-0",
  version: "0.17.4",
  command: ({ folder }, file, port) => [
    join(folder, "node_modules/json-server/lib/cli/bin.js"),
    "--host",
    "127.0.0.1",
    "--port",
    String(port),
    file,
  ],
  upstream: "api: { preset: rest, limit: _limit, page: _page, total: X-Total-Count }",
  // body-parser reads forms too, and the router takes letters of any case.
  spellings: (key, values): Spelling[] => [
    {
      title: "a form",
      method: "PATCH",
      path: `/posts/${key}`,
      headers: { "Content-Type": "application/x-www-form-urlencoded" },
      body: new URLSearchParams(values as Record<string, string>).toString(),
    },
    {
      title: "other letters",
      method: "PATCH",
      path: `/POSTS/${key}`,
      body: JSON.stringify(values),
    },
    {
      title: "a method override",
      method: "POST",
      path: `/posts/${key}`,
      headers: { "X-HTTP-Method-Override": "PATCH" },
      body: JSON.stringify(values),
    },
  ],
});
