import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { JsonObject } from "../../../src/model/json.ts";
import { testPostgres } from "../../support/postgres.ts";
import type { Backend } from "../backend.ts";
import { asked } from "../client.ts";
import { freePort, serving } from "../process.ts";
import { PASSWORD, isNews, posts } from "../seed.ts";

const KEYS = { "X-Parse-Application-Id": "blog", "X-Parse-REST-API-Key": "rest-key" };
const MASTER = "master-key";

const inCategory = (objectId: string): JsonObject => ({
  category: { __type: "Pointer", className: "Category", objectId },
});

const postAt = (key: string) => `/parse/classes/Post/${key}`;

/** Parse Server, on the Postgres that the tests have. */
export const parse: Backend = {
  name: "parse",
  packages: { "parse-server": "9.10.0" },
  needsPostgres: true,
  async start({ folder, node }) {
    const postgres = await testPostgres();
    const databaseURI = (await postgres?.newDatabase()) ?? "";
    const own = await mkdtemp(join(tmpdir(), "sidehook-"));
    const port = await freePort();
    const url = `http://127.0.0.1:${port}`;
    const settings = {
      appId: KEYS["X-Parse-Application-Id"],
      restAPIKey: KEYS["X-Parse-REST-API-Key"],
      masterKey: MASTER,
      databaseURI,
      serverURL: `${url}/parse`,
      port,
      host: "127.0.0.1",
      mountPath: "/parse",
      allowClientClassCreation: true,
      logsFolder: null,
    };
    const file = join(own, "parse.json");
    await writeFile(file, JSON.stringify(settings));
    const program = join(folder, "node_modules", "parse-server", "bin", "parse-server");
    const server = await serving(node, [program, file], {
      cwd: own,
      answers: `${url}/parse/health`,
    });

    const send = (method: string, path: string, body: unknown) =>
      asked(`${url}/parse${path}`, { method, headers: KEYS, body });
    const callers = await Promise.all(
      ["ann", "bob"].map(async (name) => {
        const { sessionToken } = await send("POST", "/users", {
          username: name,
          password: PASSWORD,
        });
        const headers = { "X-Parse-Session-Token": sessionToken as string };
        return { name, field: "username", headers };
      }),
    );
    const { objectId } = await send("POST", "/classes/Category", { name: "News" });
    const news = objectId as string;
    for (const post of posts) {
      const more = isNews(post) ? inCategory(news) : {};
      await send("POST", "/classes/Post", { ...post, ...more });
    }
    return {
      url,
      upstream: `api: parse, headers: ${JSON.stringify({ ...KEYS, "X-Parse-Master-Key": MASTER })}`,
      identity: "{ introspect: { path: /parse/users/me } }",
      collections: "Post: { associations: { category: { collection: Category } } }",
      posts: "/parse/classes/Post",
      categories: "/parse/classes/Category",
      key: "objectId",
      news,
      inCategory,
      callers,
      headers: KEYS,
      stranger: { headers: { "X-Parse-Session-Token": "r:of-nobody" }, status: 400 },
      updates: "PUT",
      body: (values) => values,
      record: (answer) => answer,
      records: ({ results }) => results as JsonObject[],
      titled: (title) => `where=${encodeURIComponent(JSON.stringify({ title }))}`,
      spellings: (key, values) => {
        const body = JSON.stringify(values);
        const plain = { method: "PUT", path: postAt(key), body };
        return [
          { ...plain, title: "a slash behind", path: `${postAt(key)}/` },
          { ...plain, title: "other letters", path: postAt(key).replace("classes", "CLASSES") },
          { ...plain, title: "encoded letters", path: postAt(key).replace("Post", "P%6Fst") },
          ...["text/plain", "image/png"].map((type) => ({
            ...plain,
            title: `JSON that is called ${type}`,
            headers: { "Content-Type": type },
          })),
          {
            ...plain,
            title: "a method in the body",
            method: "POST",
            body: JSON.stringify({ ...values, _method: "PUT" }),
          },
        ];
      },
      async stop() {
        await server.stop();
        await postgres?.dropDatabase(databaseURI);
        await rm(own, { recursive: true });
      },
    };
  },
};
