import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { JsonObject } from "../../../src/model/json.ts";
import type { Backend } from "../backend.ts";
import { asked } from "../client.ts";
import { freePort, serving } from "../process.ts";
import { PASSWORD, isNews, posts } from "../seed.ts";

const VERSION = "5.54.0";

const packages = {
  "@strapi/strapi": VERSION,
  "@strapi/plugin-users-permissions": VERSION,
  "better-sqlite3": "12.11.1",
  react: "18.3.1",
  "react-dom": "18.3.1",
  "react-router-dom": "6.30.3",
  "styled-components": "6.1.19",
};

const CALLERS = ["ann", "bob"];

/** Strapi on SQLite, without its admin panel. */
export const strapi: Backend = {
  name: "strapi",
  packages,
  builds: ["better-sqlite3"],
  async start({ folder, node }) {
    await mkdir(join(folder, "apps"), { recursive: true });
    const app = await mkdtemp(join(folder, "apps", "app-"));
    const port = await freePort();
    const url = `http://127.0.0.1:${port}`;
    for (const [name, text] of Object.entries(files(port))) {
      await mkdir(dirname(join(app, name)), { recursive: true });
      await writeFile(join(app, name), text);
    }
    await symlink(join(folder, "node_modules"), join(app, "node_modules"));
    const server = await serving(node, ["start.js"], {
      cwd: app,
      env: { NODE_ENV: "production", STRAPI_TELEMETRY_DISABLED: "true" },
      answers: `${url}/_health`,
    });

    const send = (path: string, body: unknown) =>
      asked(`${url}/api${path}`, { method: "POST", body });
    const callers = await Promise.all(
      CALLERS.map(async (name) => {
        const { jwt } = await send("/auth/local", { identifier: name, password: PASSWORD });
        return { name, field: "username", headers: { Authorization: `Bearer ${jwt as string}` } };
      }),
    );
    const { data } = await send("/categories", { data: { name: "News" } });
    const news = (data as JsonObject)["documentId"] as string;
    for (const post of posts) {
      await send("/posts", { data: { ...post, ...(isNews(post) && { category: news }) } });
    }
    return {
      url,
      upstream: "api: strapi",
      identity: `{ introspect: { path: "/api/users/me?populate=role", user: "", currentRole: /role/name } }`,
      collections: "posts: { associations: { category: { collection: categories } } }",
      posts: "/api/posts",
      categories: "/api/categories",
      key: "documentId",
      news,
      inCategory: (category) => ({ category }),
      callers,
      headers: {},
      stranger: { headers: { Authorization: "Bearer of-nobody" }, status: 401 },
      updates: "PUT",
      body: (values) => ({ data: values }),
      record: (answer) => answer["data"] as JsonObject,
      records: (answer) => answer["data"] as JsonObject[],
      titled: (title) => `filters[title][$eq]=${encodeURIComponent(title)}`,
      spellings: (key, values) => {
        const plain = { method: "PUT", path: `/api/posts/${key}`, body: JSON.stringify(values) };
        const form = new URLSearchParams();
        for (const [name, value] of Object.entries((values["data"] ?? {}) as JsonObject)) {
          form.set(`data[${name}]`, value as string);
        }
        return [
          { ...plain, title: "a slash behind", path: `${plain.path}/` },
          { ...plain, title: "other letters", path: plain.path.replace("posts", "POSTS") },
          { ...plain, title: "other letters before it", path: plain.path.replace("api", "API") },
          {
            ...plain,
            title: "JSON that is called a report",
            headers: { "Content-Type": "application/csp-report" },
          },
          {
            ...plain,
            title: "a form",
            headers: { "Content-Type": "application/x-www-form-urlencoded" },
            body: form.toString(),
          },
        ];
      },
      async stop() {
        await server.stop();
        await rm(app, { recursive: true });
      },
    };
  },
};

const module = (value: unknown) => `module.exports = ${JSON.stringify(value)};`;
/** The files of a content type, with the usual requests. */
const type = (singularName: string, pluralName: string, attributes: object) => {
  const uid = `api::${singularName}.${singularName}`;
  const own = `src/api/${singularName}`;
  const core = (kind: string) =>
    `module.exports = require("@strapi/strapi").factories.createCore${kind}("${uid}");`;
  return {
    [`${own}/content-types/${singularName}/schema.json`]: JSON.stringify({
      kind: "collectionType",
      collectionName: pluralName,
      info: { singularName, pluralName, displayName: singularName },
      options: { draftAndPublish: false },
      attributes,
    }),
    [`${own}/controllers/${singularName}.js`]: core("Controller"),
    [`${own}/services/${singularName}.js`]: core("Service"),
    [`${own}/routes/${singularName}.js`]: core("Router"),
  };
};

/** The files of an application with posts, categories and two users; everybody may do everything with posts. */
function files(port: number): Readonly<Record<string, string>> {
  return {
    "package.json": JSON.stringify({ name: "app", version: "1.0.0", dependencies: packages }),
    "start.js": `require("@strapi/strapi").createStrapi({ appDir: __dirname, distDir: __dirname, serveAdminPanel: false }).start();`,
    "config/server.js": module({
      host: "127.0.0.1",
      port,
      app: { keys: ["key-one-of-tests", "key-two-of-tests"] },
    }),
    "config/admin.js": module({
      auth: { secret: "secret-of-tests" },
      apiToken: { salt: "salt-of-tests" },
      transfer: { token: { salt: "salt-of-tests" } },
      serveAdminPanel: false,
    }),
    "config/api.js": module({ rest: { defaultLimit: 25, maxLimit: 100 } }),
    "config/plugins.js": module({
      "users-permissions": {
        config: { jwtSecret: "secret-of-tests", ratelimit: { enabled: false } },
      },
    }),
    "config/middlewares.js": module([
      "strapi::logger",
      "strapi::errors",
      "strapi::security",
      "strapi::cors",
      "strapi::poweredBy",
      "strapi::query",
      "strapi::body",
      "strapi::session",
      "strapi::favicon",
      "strapi::public",
    ]),
    "config/database.js": `module.exports = { connection: { client: "sqlite", connection: { filename: __dirname + "/../data.db" }, useNullAsDefault: true } };`,
    "public/uploads/.gitkeep": "",
    "src/index.js": `
      const actions = ["find", "findOne", "create", "update", "delete"].flatMap((one) => [
        "api::post.post." + one, "api::category.category." + one,
      ]).concat("plugin::users-permissions.user.me", "plugin::users-permissions.role.find");
      module.exports = {
        async bootstrap({ strapi }) {
          const permissions = strapi.db.query("plugin::users-permissions.permission");
          const roles = await strapi.db.query("plugin::users-permissions.role").findMany();
          for (const role of roles) {
            for (const action of actions) await permissions.create({ data: { action, role: role.id } });
          }
          const role = roles.find(({ type }) => type === "authenticated").id;
          for (const username of ${JSON.stringify(CALLERS)}) {
            await strapi.plugin("users-permissions").service("user").add({
              username, email: username + "@example.com", password: ${JSON.stringify(PASSWORD)},
              provider: "local", confirmed: true, role,
            });
          }
        },
      };`,
    ...type("post", "posts", {
      title: { type: "string" },
      number: { type: "integer" },
      category: { type: "relation", relation: "manyToOne", target: "api::category.category" },
    }),
    ...type("category", "categories", { name: { type: "string" } }),
  };
}
