import { expect } from "chai";
import request from "supertest";
import { onBothStores } from "../support/both-stores.ts";
import { type TestGateway, startTestGateway } from "../support/gateway.ts";
import { type Answer, answerJson } from "../support/upstream.ts";

onBothStores("associations of a saved record", () => {
  describe("in front of a rest upstream", () => {
    let gateway: TestGateway;
    before(async () => {
      gateway = await startTestGateway(`${collections}\n${workflows}`, { answer: posts });
    });
    beforeEach(() => {
      saved = { id: 7, categoryId: 3 };
      gateway.upstream.asked.splice(0);
    });
    after(() => gateway.stop());

    const said = (keys: string) => saidAt(gateway, "/posts", keys);

    it("are loaded by foreign key, in the caller's name", async () => {
      expect(await said("with-category")).to.deep.equal([{ id: 7, categoryId: 3, category }]);
      expect(gateway.upstream.lines()).to.deep.equal(["POST /posts", "GET /categories/3"]);
      expect(gateway.upstream.asked[1]?.headers).to.include("Bearer theirs");
    });

    it("are left as the answer embeds them", async () => {
      saved = { id: 7, category: { id: 9, name: "Embedded" } };
      expect(await said("with-category")).to.deep.equal([saved]);
      expect(gateway.upstream.lines()).to.deep.equal(["POST /posts"]);
    });

    it("are null where the record has none, or it is gone", async () => {
      saved = { id: 7, categoryId: null };
      expect(await said("with-category")).to.deep.equal([{ ...(saved as object), category: null }]);
      saved = { id: 7, categoryId: 404 };
      expect(await said("with-category")).to.deep.equal([{ ...(saved as object), category: null }]);
    });

    it("are loaded once for several workflows", async () => {
      await said("with-category,also-with-category");
      expect(gateway.upstream.lines()).to.deep.equal(["POST /posts", "GET /categories/3"]);
    });

    it("lead a workflow to the record that it is bound to", async () => {
      expect(await said("of-category!category")).to.deep.equal([category]);
    });

    it("lead on, one after another, also from what is embedded", async () => {
      expect(await said("of-shop!category.shop")).to.deep.equal([{ id: 5, name: "Corner" }]);
      saved = { id: 7, category };
      expect(await said("of-shop!category.shop")).to.deep.equal([{ id: 5, name: "Corner" }]);
    });

    it("lead to null when there is no such record, and the workflow runs all the same", async () => {
      saved = { id: 7 };
      expect(await said("of-category!category")).to.deep.equal([null]);
    });

    it("lead on from each record of a list", async () => {
      saved = [{ id: 1, categoryId: 3 }, { id: 2 }];
      expect(await said("of-category!category")).to.deep.equal([category, null]);
    });

    it("skip the workflow when they are unknown, or lead elsewhere", async () => {
      const answer = await request(gateway.url)
        .post(
          "/posts?triggerWorkflows=of-category!nosuch,of-shop!category,of-category!category.nosuch",
        )
        .send({})
        .expect(201);
      expect(answer.headers["workflow-skipped"]).to.equal(
        '"of-category";reason=association, "of-shop";reason=collection',
      );
    });

    it("that can't be loaded do not stop the workflow from running", async () => {
      saved = { id: 7, categoryId: { no: "key" } };
      expect(await said("with-category")).to.deep.equal([saved]);
      expect(await said("of-category!category")).to.deep.equal([null]);
    });
  });

  for (const [api, prefix, create, load] of [
    [
      "nocobase",
      "/api",
      "POST /api/posts:create",
      "GET /api/posts:get?filterByTk=7&appends=category",
    ],
    ["directus", "/items", "POST /items/posts", "GET /items/posts/7?fields=*%2Ccategory.*"],
  ] as const) {
    it(`in front of ${api} are loaded along, by a second request`, async () => {
      const config = `upstream: { api: ${api} }\n${collections}\n${workflows}`;
      const gateway = await startTestGateway(config, { answer: loadedAlong });
      try {
        const said = await saidAt(
          gateway,
          `${prefix}/posts:create`,
          "with-category,of-category!category",
        );
        expect(said).to.deep.equal([{ id: 7, title: "a", category }, category]);
        expect(gateway.upstream.lines()).to.deep.equal([
          create,
          load.replace("*%2Ccategory.*", encodeURIComponent("*,category.*")),
        ]);
      } finally {
        await gateway.stop();
      }
    });
  }
});

onBothStores("a post-action workflow in front of nocobase", () => {
  let gateway: TestGateway;
  before(async () => {
    const config = `upstream: { api: nocobase }\n${collections}\n${workflows}`;
    gateway = await startTestGateway(config, { answer: sayBody });
  });
  after(() => gateway.stop());

  it("puts its messages into the body, beside the record", async () => {
    body = { data: { id: 7 }, messages: [{ message: "Own" }] };
    const answer = await request(gateway.url)
      .post("/api/posts:create?triggerWorkflows=hello")
      .send({})
      .expect(200);
    expect(answer.body).to.deep.equal({
      data: { id: 7 },
      messages: [{ message: "Own" }, { message: "Hello" }],
    });
    expect(answer.headers).not.to.have.property("workflow-messages");
  });

  it("runs for each record of an update", async () => {
    body = { data: [{ id: 1 }, { id: 2 }] };
    const path = "/api/posts:update?filterByTk[]=1&filterByTk[]=2";
    expect(await saidAt(gateway, path, "echo")).to.deep.equal([{ id: 1 }, { id: 2 }]);
  });

  it("runs once a key when it counts what it destroyed", async () => {
    body = { data: 2 };
    const path = "/api/posts:destroy?filterByTk[]=1&filterByTk[]=2";
    expect(await saidAt(gateway, path, "gone")).to.deep.equal([{ id: "1" }, { id: "2" }]);
  });
});

/** The upstream's answer to a write. */
let saved: unknown;
let body: unknown;

const sayBody: Answer = (_request, response) => answerJson(response, 200, body);

const posts: Answer = ({ method, url = "" }, response) => {
  if (method === "POST") return answerJson(response, 201, saved);
  if (url === "/categories/3") return answerJson(response, 200, category);
  if (url === "/shops/5") return answerJson(response, 200, { id: 5, name: "Corner" });
  answerJson(response, 404, {});
};

const loadedAlong: Answer = ({ method }, response) =>
  answerJson(response, 200, {
    data: method === "POST" ? { id: 7, title: "a", category: 3 } : { id: 7, category },
  });

const category = { id: 3, name: "Tools", shopId: 5 };

/** The data of workflows, read from their messages, each of which is JSON. */
async function saidAt(gateway: TestGateway, path: string, keys: string): Promise<unknown[]> {
  const answer = await request(gateway.url)
    .post(`${path}${path.includes("?") ? "&" : "?"}triggerWorkflows=${keys}`)
    .set("Authorization", "Bearer theirs")
    .send({});
  expect(answer.status).to.be.within(200, 299);
  const inBody = (answer.body as { messages?: unknown }).messages;
  const inHeader = answer.headers["workflow-messages"];
  const messages = (inBody ?? JSON.parse(inHeader ?? "[]")) as { message: string }[];
  return messages.map(({ message }) => JSON.parse(message) as unknown);
}

const collections = `
collections:
  posts: { associations: { category: { collection: categories } } }
  categories: { associations: { shop: { collection: shops } } }
`;

const echo = `steps: [{ type: response-message, message: "\${{ trigger.data == null ? 'null' : trigger.data }}" }]`;
const workflows = `
identity: none
workflows:
  with-category:
    trigger: { type: post-action, collection: posts, appends: [category], sync: true }
    ${echo}
  also-with-category:
    trigger: { type: post-action, collection: posts, appends: [category], sync: true }
    ${echo}
  of-category:
    trigger: { type: post-action, collection: categories, sync: true }
    ${echo}
  of-shop:
    trigger: { type: post-action, collection: shops, sync: true }
    ${echo}
  echo:
    trigger: { type: post-action, collection: posts, sync: true }
    ${echo}
  gone:
    trigger: { type: post-action, collection: posts, actions: [destroy], sync: true }
    ${echo}
  hello:
    trigger: { type: post-action, collection: posts, sync: true }
    steps: [{ type: response-message, message: Hello }]
`;
