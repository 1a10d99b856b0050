import { expect } from "chai";
import request from "supertest";
import type { JsonObject } from "../../src/model/json.ts";
import { type TestGateway, startTestGateway } from "../support/gateway.ts";
import { parse } from "../support/parse.ts";

const THEN = "2026-01-02T03:04:05.678Z";

describe("in front of Parse Server", () => {
  const objects = new Map<string, JsonObject[]>();
  let gateway: TestGateway;
  before(async () => (gateway = await startTestGateway(workflows, { answer: parse(objects) })));
  beforeEach(() => {
    gateway.upstream.asked.splice(0);
    objects.set("Category", [{ objectId: "c9", name: "News" }]);
    objects.set(
      "Post",
      Array.from({ length: 134 }, (_, at) => ({
        objectId: `p${at + 1}`,
        number: at + 1,
        title: `Title ${at + 1}`,
        category: { __type: "Pointer", className: "Category", objectId: "c9" },
      })),
    );
  });
  after(() => gateway.stop());

  const run = (key: string) =>
    request(gateway.url).post(`/parse/classes/workflows:trigger?triggerWorkflows=${key}`);
  const trigger = async () => {
    const [newest] = await gateway.runs();
    return newest?.trigger as JsonObject;
  };

  it("a guard sees writes, which come by PUT", async () => {
    await request(gateway.url).put("/parse/classes/Post/p1").send({ title: "ab" }).expect(400);
    await request(gateway.url).post("/parse/classes/Post").send({ title: "ab" }).expect(400);
    expect(gateway.upstream.asked).to.deep.equal([]);
  });

  it("a post-action sees the whole record, though answers to writes tell keys and times only", async () => {
    await request(gateway.url)
      .post("/parse/classes/Post")
      .send({ title: "Made" })
      .expect(201, { objectId: "o135", createdAt: THEN });
    const made = { objectId: "o135", title: "Made", createdAt: THEN, updatedAt: THEN };
    expect((await trigger())["data"]).to.deep.equal(made);
    await request(gateway.url)
      .put("/parse/classes/Post/o135")
      .send({ title: "Changed" })
      .expect(200, { updatedAt: THEN });
    expect((await trigger())["data"]).to.deep.equal({ ...made, title: "Changed" });
  });

  it("what is loaded in the caller's name carries the headers that Parse knows it by", async () => {
    await request(gateway.url)
      .put("/parse/classes/Post/p1")
      .set({ "X-Parse-Application-Id": "blog", "X-Parse-Session-Token": "r:1" })
      .send({ title: "Changed" })
      .expect(200);
    const [, read] = gateway.upstream.asked;
    expect(read?.headers).to.include.members(["blog", "r:1"]);
    expect(JSON.stringify(await trigger())).to.not.include("r:1");
  });

  it("an association that is a pointer is loaded for a post-action that wants it", async () => {
    await request(gateway.url)
      .put("/parse/classes/Post/p1?triggerWorkflows=with-category")
      .send({ title: "Changed" })
      .expect(200);
    const runs = await gateway.runs();
    const own = runs.find(({ workflow }) => workflow === "with-category");
    expect(own?.trigger).to.have.nested.property("data.category.name", "News");
  });

  it("a query sees all records of a list, not a page of them", async () => {
    const { body } = await run("count").expect(200);
    expect(body).to.deep.equal({ data: 134 });
  });

  it("a filter is the upstream's work", async () => {
    const { body } = await run("late").expect(200);
    expect(body).to.deep.equal({ data: 4 });
    expect(decodeURIComponent(gateway.upstream.lines()[0] ?? "")).to.include(
      'where={"number":{"$gt":130}}',
    );
  });

  it("a record is created, updated and destroyed by steps", async () => {
    const { body } = await run("write").expect(200);
    const made = { objectId: "o135", title: "Made", createdAt: THEN, updatedAt: THEN };
    expect(body).to.deep.equal({
      data: [made, { ...made, title: "Changed" }, { objectId: "o135" }],
    });
  });

  it("an association is included", async () => {
    const { body } = await run("read").expect(200);
    expect(body).to.have.nested.property("data.category.name", "News");
  });
});

const custom = "trigger: { type: custom-action, context: none, sync: true }";
const workflows = `
upstream: { api: parse }
identity: none
collections: { Post: { associations: { category: { collection: Category } } } }
workflows:
  short-titles:
    trigger: { type: pre-action, collection: Post, global: true, actions: [create, update] }
    steps: [{ type: condition, if: size(trigger.params.values.title) >= 3 }]
  audit:
    trigger: { type: post-action, collection: Post, global: true, actions: [create, update], sync: true }
    steps: []
  with-category:
    trigger: { type: post-action, collection: Post, appends: [category], sync: true }
    steps: []
  count:
    ${custom}
    steps:
      - { id: all, type: query, collection: Post }
      - { type: output, value: "\${{ size(steps.all) }}" }
  late:
    ${custom}
    steps:
      - { id: found, type: query, collection: Post, filter: { number: { $gt: 130 } } }
      - { type: output, value: "\${{ size(steps.found) }}" }
  write:
    ${custom}
    steps:
      - { id: made, type: create, collection: Post, values: { title: Made } }
      - { id: changed, type: update, collection: Post, key: "\${{ steps.made.objectId }}", values: { title: Changed } }
      - { id: gone, type: destroy, collection: Post, key: "\${{ steps.made.objectId }}" }
      - { type: output, value: "\${{ [steps.made, steps.changed, steps.gone] }}" }
  read:
    ${custom}
    steps:
      - { id: one, type: query, collection: Post, key: p3, appends: [category] }
      - { type: output, value: "\${{ steps.one }}" }
`;

describe("callers in front of Parse Server", () => {
  const sessions = new Map<string, JsonObject>();
  let gateway: TestGateway;
  before(async () => {
    const answer = parse(new Map([["Post", []]]), sessions);
    gateway = await startTestGateway(whoIsCalling, { answer });
  });
  beforeEach(() => {
    gateway.upstream.asked.splice(0);
    sessions.clear();
    sessions.set("r:of-ann", { objectId: "u1", username: "ann" });
    sessions.set("r:of-bob", { objectId: "u2", username: "bob" });
  });
  after(() => gateway.stop());

  /** Asks who is calling, as the owner of a session. */
  const who = (session: string | null, application = "blog") =>
    request(gateway.url)
      .post("/parse/classes/Post:trigger?triggerWorkflows=who")
      .set({
        "X-Parse-Application-Id": application,
        ...(session !== null && { "X-Parse-Session-Token": session }),
      })
      .send({});

  it("are the users of their sessions, without the tokens", async () => {
    await who("r:of-ann").expect(200, { data: { objectId: "u1", username: "ann" } });
  });

  it("attack: two users whose requests come in turn, from a cache that is warm, never share an identity", async () => {
    for (const _ of [1, 2, 3]) {
      for (const name of ["ann", "bob"]) {
        const { body } = await who(`r:of-${name}`).expect(200);
        expect(body).to.have.nested.property("data.username", name);
      }
    }
    const all = await Promise.all(["ann", "bob", "ann", "bob"].map((name) => who(`r:of-${name}`)));
    expect(all.map(({ body }) => body.data.username)).to.deep.equal(["ann", "bob", "ann", "bob"]);
  });

  it("attack: a request without a session is not the one before it, whatever else it has in common", async () => {
    await who("r:of-ann").expect(200);
    const { body } = await who(null)
      .expect(401)
      .expect("WWW-Authenticate", /^Bearer/);
    expect(body.errors[0]).to.deep.equal({
      message: "The header x-parse-session-token is required",
      code: "UNAUTHENTICATED",
    });
    await who("").expect(401);
  });

  it("attack: a session of another application is not believed from the cache", async () => {
    await who("r:of-ann").expect(200);
    await who("r:of-ann", "other").expect(403, { error: "unauthorized" });
  });

  it("attack: two sessions in one request are nobody's", async () => {
    await who("r:of-ann, r:of-bob").expect(401);
  });

  it("are refused in Parse's own words where it does not know the session, each time anew", async () => {
    const refused = { code: 209, error: "Invalid session token" };
    await who("r:of-nobody").expect(400, refused);
    sessions.set("r:of-nobody", { objectId: "u3", username: "eve" });
    await who("r:of-nobody").expect(200);
  });

  it("have tokens that are in no run", async () => {
    await who("r:of-ann").expect(200);
    expect(JSON.stringify(await gateway.runs())).to.not.include("r:of-");
  });
});

const whoIsCalling = `
upstream: { api: parse }
identity: { introspect: { path: /parse/users/me } }
workflows:
  who:
    trigger: { type: custom-action, collection: Post, context: record, sync: true }
    steps: [{ type: output, value: "\${{ trigger.user }}" }]
`;
