import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { JsonObject } from "../../../src/model/json.ts";
import type { Backend, Place, Served, Spelling } from "../backend.ts";
import { freePort, serving } from "../process.ts";
import { isNews, posts } from "../seed.ts";

/** What differs between the versions of json-server. */
interface Version {
  readonly name: string;
  readonly version: string;
  /** The arguments of `node` that have it serve a file on a port of loopback. */
  command(place: Place, file: string, port: number): readonly string[];
  readonly upstream: string;
  readonly spellings: Served["spellings"];
}

/** What every version has that serves these paths. */
const common: readonly ((key: string, body: string) => Spelling)[] = [
  (key, body) => ({ title: "PUT", method: "PUT", path: `/posts/${key}`, body }),
  (key, body) => ({ title: "a slash behind", method: "PATCH", path: `/posts/${key}/`, body }),
];

/** json-server, on a file of its own. It knows nobody. */
export function jsonServer({ name, version, command, upstream, spellings }: Version): Backend {
  return {
    name,
    packages: { "json-server": version },
    async start(place) {
      const own = await mkdtemp(join(tmpdir(), "sidehook-"));
      const file = join(own, "db.json");
      await writeFile(
        file,
        JSON.stringify({
          categories: [{ id: "1", name: "News" }],
          posts: posts.map((post, at) => ({
            id: String(at + 1),
            ...post,
            ...(isNews(post) && { categoryId: "1" }),
          })),
        }),
      );
      const port = await freePort();
      const url = `http://127.0.0.1:${port}`;
      const server = await serving(place.node, command(place, file, port), {
        cwd: own,
        answers: `${url}/categories`,
      });
      return {
        url,
        upstream,
        identity: "none",
        collections: "posts: { associations: { category: { collection: categories } } }",
        posts: "/posts",
        categories: "/categories",
        key: "id",
        news: "1",
        inCategory: (categoryId) => ({ categoryId }),
        callers: [],
        headers: {},
        stranger: null,
        updates: "PATCH",
        body: (values) => values,
        record: (answer) => answer,
        records: (answer) => answer as unknown as JsonObject[],
        titled: (title) => `title=${encodeURIComponent(title)}`,
        spellings: (key, values) => [
          ...common.map((spelled) => spelled(key, JSON.stringify(values))),
          ...spellings(key, values),
        ],
        async stop() {
          await server.stop();
          await rm(own, { recursive: true });
        },
      };
    },
  };
}
