import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { JsonObject } from "../../../src/model/json.ts";
import { testPostgres } from "../../support/postgres.ts";
import type { Backend } from "../backend.ts";
import { asked } from "../client.ts";
import { freePort, ran, serving } from "../process.ts";
import { PASSWORD, isNews, posts } from "../seed.ts";

const ADMIN = { name: "ann@example.com", token: "static-credential-of-ann" };
const OTHER = { name: "bob@example.com", token: "static-credential-of-bob" };

const bearer = (token: string) => ({ Authorization: `Bearer ${token}` });

const text = (field: string) => ({ field, type: "string", schema: {} });
const whole = (field: string) => ({ field, type: "integer", schema: {} });

/** Directus, on the Postgres that the tests have. */
export const directus: Backend = {
  name: "directus",
  packages: { directus: "12.4.0", pg: "8.16.3" },
  builds: ["isolated-vm", "argon2"],
  node: "22",
  needsPostgres: true,
  async start({ folder, node }) {
    const postgres = await testPostgres();
    const database = (await postgres?.newDatabase()) ?? "";
    const own = await mkdtemp(join(tmpdir(), "sidehook-"));
    const port = await freePort();
    const url = `http://127.0.0.1:${port}`;
    const program = join(folder, "node_modules", "directus", "cli.js");
    const env = {
      HOST: "127.0.0.1",
      PORT: String(port),
      PUBLIC_URL: url,
      SECRET: "secret-of-the-tests-with-32-letters",
      DB_CLIENT: "pg",
      DB_CONNECTION_STRING: database,
      ADMIN_EMAIL: ADMIN.name,
      ADMIN_PASSWORD: PASSWORD,
      ADMIN_TOKEN: ADMIN.token,
      TELEMETRY: "false",
      SERVE_APP: "false",
    };
    await ran(node, [program, "bootstrap"], { cwd: own, env });
    const server = await serving(node, [program, "start"], {
      cwd: own,
      env,
      answers: `${url}/server/ping`,
    });
    const send = async (path: string, body?: unknown) => {
      const method = body === undefined ? "GET" : "POST";
      const { data } = await asked(`${url}${path}`, { method, headers: bearer(ADMIN.token), body });
      return data as JsonObject;
    };
    const id = {
      field: "id",
      type: "integer",
      schema: { is_primary_key: true, has_auto_increment: true },
    };
    await send("/collections", {
      collection: "categories",
      schema: {},
      fields: [id, text("name")],
    });
    const fields = [id, text("title"), whole("number"), whole("category")];
    await send("/collections", { collection: "posts", schema: {}, fields });
    await send("/relations", {
      collection: "posts",
      field: "category",
      related_collection: "categories",
    });
    const { role } = await send("/users/me");
    await send("/users", { email: OTHER.name, password: PASSWORD, role, token: OTHER.token });
    const category = (await send("/items/categories", { name: "News" }))["id"] as number;
    await send(
      "/items/posts",
      posts.map((post) => ({ ...post, ...(isNews(post) && { category }) })),
    );
    return {
      url,
      upstream: `api: directus, headers: ${JSON.stringify(bearer(ADMIN.token))}`,
      identity:
        '{ introspect: { path: "/users/me?fields=*,role.name", user: /data, currentRole: /data/role/name } }',
      collections: "posts: { associations: { category: { collection: categories } } }",
      posts: "/items/posts",
      categories: "/items/categories",
      key: "id",
      news: String(category),
      inCategory: (key) => ({ category: Number(key) }),
      callers: [ADMIN, OTHER].map(({ name, token }) => ({
        name,
        field: "email",
        headers: bearer(token),
      })),
      headers: {},
      stranger: { headers: bearer("of-nobody"), status: 401 },
      updates: "PATCH",
      body: (values) => values,
      record: (answer) => answer["data"] as JsonObject,
      records: (answer) => answer["data"] as JsonObject[],
      titled: (title) => `filter=${encodeURIComponent(JSON.stringify({ title: { _eq: title } }))}`,
      spellings: (key, values) => {
        const plain = {
          method: "PATCH",
          path: `/items/posts/${key}`,
          body: JSON.stringify(values),
        };
        return [
          { ...plain, title: "a slash behind", path: `${plain.path}/` },
          {
            ...plain,
            title: "other letters before it",
            path: plain.path.replace("items", "ITEMS"),
          },
          { ...plain, title: "encoded letters", path: plain.path.replace("posts", "p%6Fsts") },
          {
            ...plain,
            title: "keys and data in the body",
            path: "/items/posts",
            body: JSON.stringify({ keys: [Number(key)], data: values }),
          },
          {
            ...plain,
            title: "a query and data in the body",
            path: "/items/posts",
            body: JSON.stringify({ query: { filter: { id: { _eq: key } } }, data: values }),
          },
          {
            ...plain,
            title: "a list of records in the body",
            path: "/items/posts",
            body: JSON.stringify([{ id: Number(key), ...values }]),
          },
        ];
      },
      async stop() {
        await server.stop();
        await postgres?.dropDatabase(database);
        await rm(own, { recursive: true });
      },
    };
  },
};
