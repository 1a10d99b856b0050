import { expect } from "chai";
import request from "supertest";
import type { JsonObject } from "../../src/model/json.ts";
import { onBothStores } from "../support/both-stores.ts";
import { type TestGateway, startTestGateway } from "../support/gateway.ts";
import { strapi } from "../support/strapi.ts";

onBothStores("in front of Strapi", () => {
  const entries = new Map<string, JsonObject[]>();
  let gateway: TestGateway;
  before(async () => (gateway = await startTestGateway(workflows, { answer: strapi(entries) })));
  beforeEach(() => {
    gateway.upstream.asked.splice(0);
    entries.set(
      "articles",
      Array.from({ length: 134 }, (_, at) => ({
        id: at + 1,
        documentId: `d${at + 1}`,
        title: `Title ${at + 1}`,
        status: at % 2 === 0 ? "even" : "odd",
        category: { id: 9, name: "News" },
      })),
    );
  });
  after(() => gateway.stop());

  const run = (key: string) =>
    request(gateway.url).post(`/api/workflows:trigger?triggerWorkflows=${key}`);

  it("a guard reads the record in its envelope, by every method", async () => {
    await request(gateway.url)
      .post("/api/articles")
      .send({ data: { title: "ab" } })
      .expect(400);
    await request(gateway.url)
      .put("/api/articles/d1")
      .send({ data: { title: "ab" } })
      .expect(400);
    expect(gateway.upstream.asked).to.deep.equal([]);
    await request(gateway.url)
      .post("/api/articles")
      .send({ data: { title: "abc" } })
      .expect(201);
  });

  it("a query sees all records of a list, not a page of them", async () => {
    const { body } = await run("count").expect(200);
    expect(body).to.deep.equal({ data: 134 });
  });

  it("a query in an order asks for no more records than it is bounded to", async () => {
    const { body } = await run("newest").expect(200);
    expect(body).to.deep.equal({ data: [134, 133] });
    expect(gateway.upstream.lines().map(decodeURIComponent)).to.deep.equal([
      "GET /api/articles?sort=id:desc&pagination[pageSize]=2",
    ]);
  });

  it("an update by filter reaches all that it means", async () => {
    const { body } = await run("close").expect(200);
    expect(body).to.deep.equal({ data: 67 });
    const closed = entries.get("articles")?.filter(({ status }) => status === "closed");
    expect(closed).to.have.length(67);
  });

  it("records are created in the envelope, and told out of it", async () => {
    const { body } = await run("make").expect(200);
    expect(body).to.deep.equal({ data: { id: 135, documentId: "d135", title: "Made" } });
  });

  it("associations are loaded along", async () => {
    const { body } = await run("read").expect(200);
    expect(body).to.have.nested.property("data.category.name", "News");
  });

  it("fields and populate of a client hide nothing from a workflow", async () => {
    for (const query of ["fields=title", "fields[0]=title", "populate=category"]) {
      await request(gateway.url)
        .put(`/api/articles/d2?${query}`)
        .send({ data: { title: "Newer" } })
        .expect(200);
      const [newest] = await gateway.runs();
      expect((newest?.trigger as JsonObject | undefined)?.["data"], query).to.deep.equal({
        id: 2,
        documentId: "d2",
        title: "Newer",
        status: "odd",
      });
    }
  });
});

const custom = "trigger: { type: custom-action, context: none, sync: true }";
const workflows = `
upstream: { api: strapi }
identity: none
workflows:
  short-titles:
    trigger: { type: pre-action, collection: articles, global: true, actions: [create, update] }
    steps: [{ type: condition, if: size(trigger.params.values.title) >= 3 }]
  audit:
    trigger: { type: post-action, collection: articles, global: true, actions: [update], sync: true }
    steps: []
  count:
    ${custom}
    steps:
      - { id: all, type: query, collection: articles }
      - { type: output, value: "\${{ size(steps.all) }}" }
  newest:
    ${custom}
    steps:
      - { id: two, type: query, collection: articles, sort: -id, limit: 2 }
      - { type: output, value: "\${{ steps.two.map(one, one.id) }}" }
  close:
    ${custom}
    steps:
      - { id: done, type: update, collection: articles, filter: { status: odd }, values: { status: closed } }
      - { type: output, value: "\${{ steps.done }}" }
  make:
    ${custom}
    steps:
      - { id: made, type: create, collection: articles, values: { title: Made } }
      - { type: output, value: "\${{ steps.made }}" }
  read:
    ${custom}
    steps:
      - { id: one, type: query, collection: articles, key: d3, appends: [category] }
      - { type: output, value: "\${{ steps.one }}" }
`;
