import { expect } from "chai";
import request from "supertest";
import type { JsonObject } from "../../src/model/json.ts";
import { type TestGateway, startTestGateway } from "../support/gateway.ts";
import { postgrest } from "../support/postgrest.ts";

describe("in front of PostgREST", () => {
  const tables = new Map<string, JsonObject[]>();
  let gateway: TestGateway;
  before(async () => {
    gateway = await startTestGateway(workflows, { answer: postgrest(tables, 100) });
  });
  beforeEach(() => {
    gateway.upstream.asked.splice(0);
    tables.set(
      "posts",
      Array.from({ length: 234 }, (_, at) => ({
        id: at + 1,
        title: `Title ${at + 1}`,
        status: at % 2 === 0 ? "even" : "odd",
        category: { id: 9, name: "News" },
      })),
    );
  });
  after(() => gateway.stop());

  const run = (key: string) =>
    request(gateway.url).post(`/workflows:trigger?triggerWorkflows=${key}`);
  const data = async () => {
    const [newest] = await gateway.runs();
    return (newest?.trigger as JsonObject | undefined)?.["data"];
  };

  it("a guard reads the key that is a filter of the query", async () => {
    await request(gateway.url).patch("/posts?id=eq.1").send({ title: "x" }).expect(400);
    await request(gateway.url).patch("/posts/1").send({ title: "x" }).expect(400);
    await request(gateway.url).delete("/posts?id=in.(2,1)").expect(400);
    await request(gateway.url).patch("/posts?status=eq.odd").send({ title: "x" }).expect(400);
    expect(gateway.upstream.asked).to.deep.equal([]);
    await request(gateway.url).patch("/posts?id=eq.2").send({ title: "x" }).expect(204);
    await request(gateway.url).patch("/posts/3").send({ title: "x" }).expect(204);
    expect(gateway.upstream.lines().filter((line) => line.startsWith("PATCH"))).to.deep.equal([
      "PATCH /posts?id=eq.2",
      "PATCH /posts?id=eq.3",
    ]);
  });

  it("an upsert is no way around the guard of updates: what asks for it does not reach the upstream", async () => {
    await request(gateway.url)
      .post("/posts?on_conflict=id")
      .set("Prefer", "return=minimal, resolution=merge-duplicates")
      .send({ id: 1, title: "x" });
    const [asked] = gateway.upstream.asked;
    expect(asked?.headers).to.include("return=minimal");
    expect(asked?.headers.join()).to.not.include("resolution");
  });

  it("columns are no way to keep from being written what a guard has seen", async () => {
    await request(gateway.url).patch("/posts?id=eq.2&col%75mns=title").send({ title: "x" });
    expect(gateway.upstream.lines()[0]).to.equal("PATCH /posts?id=eq.2");
  });

  it("a post-action sees the whole record, whatever the client wants answered", async () => {
    await request(gateway.url).patch("/posts?id=eq.2").send({ title: "Newer" }).expect(204);
    expect(await data()).to.deep.equal({ id: 2, title: "Newer", status: "odd" });
    await request(gateway.url)
      .patch("/posts?id=eq.2&select=title")
      .set("Prefer", "return=representation")
      .send({ title: "Newest" })
      .expect(200, [{ title: "Newest" }]);
    expect(await data()).to.deep.equal({ id: 2, title: "Newest", status: "odd" });
  });

  it("a query sees all records of a list, not what one answer holds at most", async () => {
    const { body } = await run("count").expect(200);
    expect(body).to.deep.equal({ data: 234 });
    expect(gateway.upstream.asked).to.have.length(3);
  });

  it("a filter, an order and a limit are the upstream's work", async () => {
    const { body } = await run("newest").expect(200);
    expect(body).to.deep.equal({ data: [234, 232] });
    expect(gateway.upstream.lines().map(decodeURIComponent)).to.deep.equal([
      'GET /posts?status=eq.odd&id=gt.3&or=(status.eq."odd",status.eq."even")&order=id.desc&limit=2',
    ]);
  });

  it("a record is created, updated and destroyed by steps", async () => {
    const { body } = await run("write").expect(200);
    expect(body).to.deep.equal({
      data: [
        { id: 235, title: "Made" },
        { id: 235, title: "Changed" },
        { id: 235, title: "Changed" },
      ],
    });
    expect(tables.get("posts")).to.have.length(234);
  });

  it("associations are embedded", async () => {
    const { body } = await run("read").expect(200);
    expect(body).to.have.nested.property("data.category.name", "News");
  });
});

const custom = "trigger: { type: custom-action, context: none, sync: true }";
const workflows = `
upstream: { api: postgrest }
identity: none
workflows:
  not-the-first:
    trigger: { type: pre-action, collection: posts, global: true, actions: [update, destroy] }
    steps:
      - id: keys
        type: variable
        name: keys
        value: "\${{ trigger.params.filterByTk == null ? [] : type(trigger.params.filterByTk) == list ? trigger.params.filterByTk : [trigger.params.filterByTk] }}"
      - { type: condition, if: 'size(vars.keys) > 0 && !("1" in vars.keys)' }
  audit:
    trigger: { type: post-action, collection: posts, global: true, actions: [update], sync: true }
    steps: []
  count:
    ${custom}
    steps:
      - { id: all, type: query, collection: posts }
      - { type: output, value: "\${{ size(steps.all) }}" }
  newest:
    ${custom}
    steps:
      - id: two
        type: query
        collection: posts
        filter: { status: odd, id: { $gt: 3 }, $or: [{ status: odd }, { status: even }] }
        sort: -id
        limit: 2
      - { type: output, value: "\${{ steps.two.map(one, one.id) }}" }
  write:
    ${custom}
    steps:
      - { id: made, type: create, collection: posts, values: { title: Made } }
      - { id: changed, type: update, collection: posts, key: "\${{ steps.made.id }}", values: { title: Changed } }
      - { id: gone, type: destroy, collection: posts, key: "\${{ steps.made.id }}" }
      - { type: output, value: "\${{ [steps.made, steps.changed, steps.gone] }}" }
  read:
    ${custom}
    steps:
      - { id: one, type: query, collection: posts, key: 3, appends: [category] }
      - { type: output, value: "\${{ steps.one }}" }
`;
