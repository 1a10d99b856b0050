import { expect } from "chai";
import { readConfig } from "../../src/configuration.ts";
import { firstFile } from "../../src/init/first-file.ts";
import type { Found } from "../../src/init/found.ts";
import { lookAt } from "../../src/init/look.ts";
import { probe } from "../../src/init/probe.ts";
import { describedBy } from "../../src/init/probes/openapi.ts";
import { inFolder } from "../config/parts.ts";
import { failureOf } from "../support/failure.ts";
import { startJsonServer } from "../support/json-server.ts";
import { type Answer, answerJson, startRawUpstream, startUpstream } from "../support/upstream.ts";

/** Longer than any answer of these servers takes. */
const PATIENCE = 20_000;

describe("a first configuration", function () {
  this.timeout(60_000);

  it("is for NocoBase where /api/app:getInfo says so, even if the URL that was given ends with /api", async () => {
    await inFrontOf(nocobase, async (url) => {
      const found = await probed(`${url}/api`);
      expect(found).to.include({ name: "NocoBase", api: "nocobase", url });
      const { upstream } = await checked(found);
      expect(upstream.api.prefix).to.equal("/api");
    });
  });

  it("is for Directus where /server/info says so, with the collections that its public role may read", async () => {
    await inFrontOf(directus, async (url) => {
      const found = await probed(url);
      expect(found).to.include({ name: "Directus", api: "directus", url });
      expect(names(found)).to.deep.equal(["articles", "authors"]);
      await checked(found);
    });
  });

  it("is for Strapi where its health check and its errors say so", async () => {
    await inFrontOf(strapi, async (url) => {
      const found = await probed(url);
      expect(found).to.include({ name: "Strapi", api: "strapi", url });
      await checked(found);
    });
  });

  it("is for json-server with its collections, and with the associations that its foreign keys name", async () => {
    const backend = await startJsonServer({
      posts: [{ id: 1, title: "a", categoryId: 1, userId: 3 }],
      categories: [{ id: 1 }],
    });
    const found = await probed(backend.url);
    const { collections } = await checked(found);
    await backend.stop();
    expect(found).to.include({ name: "json-server", api: "rest" });
    expect(names(found)).to.deep.equal(["categories", "posts"]);
    expect(collections["posts"]?.associations).to.have.keys("category");
    expect(collections["posts"]?.associations["category"]).to.include({ collection: "categories" });
  });

  it("is for an API that describes itself in a usual place, with its prefix and its collections", async () => {
    await inFrontOf(fastapi, async (url) => {
      const found = await probed(url);
      expect(found).to.include({ api: "rest", prefix: "/v1", because: "it answers /openapi.json" });
      expect(names(found)).to.deep.equal(["items", "users"]);
      const { upstream } = await checked(found);
      expect(upstream.api.prefix).to.equal("/v1");
    });
  });

  it("does not take a server that answers every path with its page, or with {}, for anything but plain REST", async () => {
    for (const body of ["<!doctype html><title>An app</title>", "{}", '{"data":{"project":1}}']) {
      await inFrontOf(
        (_, response) => void response.end(body),
        async (url) => {
          const found = await probed(url);
          expect(found).to.include({ name: "a plain REST API", api: "rest", url });
          await checked(found);
        },
      );
    }
  });

  it("asks an upstream only by GET, and sends it no credentials", async () => {
    const upstream = await startUpstream();
    await probe(upstream.url, PATIENCE);
    await upstream.stop();
    expect(upstream.asked.length).to.be.greaterThan(5);
    expect(upstream.asked.filter(({ method }) => method !== "GET")).to.deep.equal([]);
    const headers = upstream.asked.flatMap((one) => one.headers).map((name) => name.toLowerCase());
    expect(headers).not.to.include.oneOf(["authorization", "cookie"]);
  });

  it("says that nothing answers where an upstream is silent, breaks off, or is not there", async () => {
    const silent = await startRawUpstream(() => {});
    const broken = await startRawUpstream((request) => void request.socket.destroy());
    const quiet = await probe(silent.url, 50);
    const cut = await probe(broken.url, PATIENCE);
    await Promise.all([silent.stop(), broken.stop()]);
    const gone = await lookAt(broken.url);
    expect([quiet.answers, cut.answers]).to.deep.equal([false, false]);
    expect(gone.told).to.match(/^Nothing answers at http:\/\/127\.0\.0\.1:\d+\. It is taken for/);
    expect(gone.found.api).to.equal("rest");
  });

  it("does not follow an upstream that leads elsewhere", async () => {
    await inFrontOf(directus, (other) =>
      inFrontOf(
        ({ url }, response) => void response.writeHead(302, { location: `${other}${url}` }).end(),
        async (url) => expect((await probed(url)).api).to.equal("rest"),
      ),
    );
  });

  it("keeps out names of collections that could be more than names", async () => {
    await inFrontOf(
      ({ url = "" }, response) =>
        url === "/server/info"
          ? answerJson(response, 200, { data: { project: {} } })
          : answerJson(response, 200, {
              paths: {
                "/items/fine": {},
                "/items/a b\nidentity: none": {},
                "/items/${HOME}": {},
                "/items/x: &a [*a]": {},
                ["/items/" + "x".repeat(1_000)]: {},
              },
            }),
      async (url) => {
        const found = await probed(url);
        expect(names(found)).to.deep.equal(["fine"]);
        await checked(found);
      },
    );
  });

  it("reads OpenAPI 3 and Swagger 2, in JSON and YAML, with a server of their own or without", async () => {
    const paths = { "/api/posts": {}, "/api/posts/{id}": {}, "/health": {} };
    const texts = [
      JSON.stringify({ openapi: "3.1.0", servers: [{ url: "https://x.example/v2/" }], paths }),
      "swagger: '2.0'\nbasePath: /v2\npaths:\n  /posts: {}\n  /posts/{id}: {}\n",
      JSON.stringify({ openapi: "3.0.0", servers: [{ url: "{scheme}://h" }], paths }),
    ];
    const found = texts.map((text) => describedBy(text, "http://127.0.0.1:9", "it says so"));
    expect(found.map((one) => [one?.url, one?.prefix])).to.deep.equal([
      ["https://x.example", "/v2/api"],
      ["http://127.0.0.1:9", "/v2"],
      ["http://127.0.0.1:9", "/api"],
    ]);
    for (const one of found) {
      expect(names(one as Found)).to.deep.equal(["posts"]);
      await checked(one as Found);
    }
  });

  it("is refused, with what would be right, where the upstream is given by something that is not one", async () => {
    const secret = await failureOf(lookAt("http://ann:hunter2@127.0.0.1:1/"), Error);
    expect(secret.message).to.include("upstream.headers").and.not.include("hunter2");
    expect((await failureOf(lookAt("nowhere.yaml"), Error)).message).to.include("neither a URL");
    await inFolder({ "other.json": '{"a":1}' }, async (file) => {
      expect((await failureOf(lookAt(file), Error)).message).to.include(
        "is not an OpenAPI description",
      );
    });
  });

  it("passes the check with its commented lines taken in, too", async () => {
    const { found } = await lookAt(undefined);
    const text = firstFile(found)
      .replace(/^identity: none\n/m, "")
      .replaceAll(/^( *)# (identity:|guard-| +\S|collections:)/gm, "$1$2");
    expect(text)
      .to.match(/^  guard-posts:$/m)
      .and.match(/^collections:$/m)
      .and.match(/^identity: \{ jwt/m);
    await inFolder({ "gateway.yaml": text }, async (file) => {
      const { workflows } = await readConfig(file, {
        JWT_SECRET: "a secret that is long enough, 32 bytes",
      });
      expect(workflows.map(({ key }) => key)).to.deep.equal(["hello", "guard-posts"]);
    });
  });
});

const nocobase: Answer = ({ url }, response) =>
  url === "/api/app:getInfo"
    ? answerJson(response, 200, {
        data: { database: { dialect: "postgres" }, version: "1.6.20", lang: "en-US" },
      })
    : answerJson(response, 401, { errors: [{ message: "Unauthenticated", code: "EMPTY_TOKEN" }] });

const directus: Answer = ({ url }, response) => {
  if (url === "/server/info") {
    return answerJson(response, 200, { data: { project: { project_name: "Blog" } } });
  }
  if (url === "/server/specs/oas") {
    return answerJson(response, 200, {
      openapi: "3.0.1",
      paths: {
        "/items/authors": {},
        "/items/articles": {},
        "/items/articles/{id}": {},
        "/users": {},
      },
    });
  }
  answerJson(response, 404, { errors: [{ extensions: { code: "ROUTE_NOT_FOUND" } }] });
};

const strapi: Answer = ({ url }, response) => {
  if (url === "/_health") return void response.writeHead(204).end();
  const error = { status: 404, name: "NotFoundError", message: "Not Found", details: {} };
  answerJson(response, 404, { data: null, error });
};

const fastapi: Answer = ({ url }, response) =>
  url === "/openapi.json"
    ? answerJson(response, 200, {
        openapi: "3.1.0",
        paths: {
          "/v1/users/{id}": {},
          "/v1/items/{id}": {},
          "/v1/items": {},
          "/admin/jobs/{id}": {},
        },
      })
    : answerJson(response, 404, { detail: "Not Found" });

async function inFrontOf<T>(answer: Answer, work: (url: string) => Promise<T>): Promise<T> {
  const upstream = await startUpstream(answer);
  try {
    return await work(upstream.url);
  } finally {
    await upstream.stop();
  }
}

const probed = async (url: string): Promise<Found> => (await probe(url, PATIENCE)).found;

const names = ({ collections }: Found): string[] => collections.map(({ name }) => name);

/** Its first file, read as `sidehook check` reads it, without a warning. */
const checked = (found: Found) =>
  inFolder({ "gateway.yaml": firstFile(found) }, async (file) => {
    const config = await readConfig(file, {});
    expect(config.warnings).to.deep.equal([]);
    return config;
  });
