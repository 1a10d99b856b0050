import { expect } from "chai";
import type { JsonObject } from "../../src/model/json.ts";
import { type TestGateway, startTestGateway } from "../support/gateway.ts";
import type { Backend, Served } from "./backend.ts";
import { answered, asked } from "./client.ts";
import { installed } from "./install.ts";
import { gatewayFor } from "./workflows.ts";

/** Milliseconds for an installation and a start; a request has mocha's own bound. */
const SLOW = 1_200_000;

/** The documented requests, through a gateway in front of a real backend. */
export function describeBackend(backend: Backend): void {
  const [[product, version] = []] = Object.entries(backend.packages);

  describe(`in front of ${product} ${version}`, () => {
    let served: Served;
    let gateway: TestGateway;
    before(async function () {
      this.timeout(SLOW);
      served = await backend.start(await installed(backend));
      const upstream = { url: served.url, port: 0, asked: [], lines: () => [], stop: served.stop };
      gateway = await startTestGateway(gatewayFor(served), { upstream });
    });
    after(() => gateway?.stop());

    const headers = () => ({ ...served.headers, ...served.callers[0]?.headers });
    /** Sends a request of the first caller through the gateway, or to the backend itself. */
    const send = (method: string, path: string, values?: JsonObject, to = gateway.url) =>
      answered(`${to}${path}`, {
        method,
        headers: headers(),
        ...(values && { body: served.body(values) }),
      });
    const keyOf = (post: JsonObject | undefined) => `${post?.[served.key] as string | number}`;
    const direct = (path: string) => asked(`${served.url}${path}`, { headers: headers() });
    const stored = async (key: string) => served.record(await direct(`${served.posts}/${key}`));
    const titled = async (title: string) =>
      served.records(await direct(`${served.posts}?${served.titled(title)}`));
    /** Makes a post without the gateway, and gives its key. */
    const made = async (title: string) => {
      await send("POST", served.posts, { title, number: 1_000 }, served.url);
      const [post] = await titled(title);
      return keyOf(post);
    };
    const act = async (workflow: string, values: JsonObject = {}) => {
      const path = `${served.posts}:trigger?triggerWorkflows=${workflow}`;
      const answer = await answered(`${gateway.url}${path}`, {
        method: "POST",
        headers: headers(),
        body: served.body(values),
      });
      const why = JSON.stringify([answer.body, (await gateway.runs())[0]?.steps]);
      expect(answer.status, why).to.equal(200);
      return answer.body["data"];
    };
    const who = (own: Readonly<Record<string, string>>) =>
      answered(`${gateway.url}${served.posts}:trigger?triggerWorkflows=who`, {
        method: "POST",
        headers: { ...served.headers, ...own },
        body: {},
      });
    const latest = async (workflow: string) => {
      const run = (await gateway.runs()).find((one) => one.workflow === workflow);
      return run?.trigger as JsonObject & { data: JsonObject };
    };

    describe("a request that no workflow stops", () => {
      it("gets the backend's own list", async () => {
        const { status, body } = await send("GET", served.posts);
        expect(status).to.equal(200);
        expect(body).to.deep.equal(await direct(served.posts));
        expect(served.records(body)).to.not.be.empty;
      });

      it("gets a list that is filtered as the backend spells it, in either form", async () => {
        const query = served.titled("Title 7");
        const { body } = await send("GET", `${served.posts}?${query}`);
        expect(served.records(body).map(({ number }) => number)).to.deep.equal([7]);
        const action = await send("GET", `${served.posts}:list?${query}`);
        expect(served.records(action.body)).to.deep.equal(served.records(body));
      });

      it("gets a record, in either form", async () => {
        const key = await made("To be read");
        const { status, body } = await send("GET", `${served.posts}/${key}`);
        expect(status).to.equal(200);
        expect(served.record(body)).to.deep.equal(await stored(key));
        const action = await send("GET", `${served.posts}:get/${key}`);
        expect(action.body).to.deep.equal(body);
      });

      it("creates, updates and deletes a record", async () => {
        const created = await send("POST", served.posts, { title: "By REST", number: 2_000 });
        expect(created.status).to.be.within(200, 201);
        const [post] = await titled("By REST");
        const key = keyOf(post);
        const path = `${served.posts}/${key}`;
        const updated = await send(served.updates, path, {
          title: "By REST, again",
          number: 2_000,
        });
        expect(updated.status).to.equal(200);
        expect(await stored(key)).to.include({ title: "By REST, again", number: 2_000 });
        expect((await send("DELETE", path)).status).to.be.within(200, 204);
        expect(await titled("By REST, again")).to.be.empty;
      });

      it("does the same as actions", async () => {
        const { posts } = served;
        await send("POST", `${posts}:create`, { title: "By action", number: 3_000 });
        const [post] = await titled("By action");
        const key = keyOf(post);
        const updated = await send("POST", `${posts}:update/${key}`, {
          title: "By action, again",
          number: 3_000,
        });
        expect(updated.status).to.equal(200);
        expect(await stored(key)).to.include({ title: "By action, again" });
        await send("POST", `${posts}:destroy?filterByTk=${key}`);
        expect(await titled("By action, again")).to.be.empty;
      });
    });

    describe("a guard", () => {
      it("refuses a create and an update, and the backend is not asked", async () => {
        const key = await made("Guarded");
        const create = await send("POST", served.posts, { title: "ab" });
        const update = await send(served.updates, `${served.posts}/${key}`, { title: "ab" });
        for (const { status, body } of [create, update]) {
          expect(status).to.equal(400);
          expect(body).to.deep.equal({ errors: [{ message: "Title 'ab' is too short" }] });
        }
        expect(await titled("ab")).to.be.empty;
        expect(await stored(key)).to.include({ title: "Guarded" });
      });

      it("changes a value before it is saved, and leaves the others", async () => {
        await send("POST", served.posts, { title: "  Padded  ", number: 4_000 });
        const [post] = await titled("Padded");
        expect(post).to.include({ title: "Padded", number: 4_000 });
        const path = `${served.posts}/${keyOf(post)}`;
        await send(served.updates, path, { title: " Padded again ", number: 4_001 });
        expect(await titled("Padded again")).to.have.nested.property("[0].number", 4_001);
      });

      it("is not got around by another spelling that the backend takes for the same action", async () => {
        const key = await made("Spelled");
        for (const [at, { title }] of served.spellings(key, {}).entries()) {
          const spelled = (value: string) => {
            const {
              method,
              path,
              headers: own,
              body,
            } = served.spellings(key, served.body({ title: value, number: 1_000 }))[
              at
            ] as ReturnType<Served["spellings"]>[number];
            const all = { "Content-Type": "application/json", ...headers(), ...own };
            return { path, init: { method, headers: all, body } };
          };
          const own = spelled(`Spelling ${at}`);
          await fetch(`${served.url}${own.path}`, own.init);
          expect(await stored(key), `${title}: not known to the backend`).to.include({
            title: `Spelling ${at}`,
          });
          const short = spelled("ab");
          const { status } = await fetch(`${gateway.url}${short.path}`, short.init);
          expect(status, title).to.be.within(400, 499);
          expect(await stored(key), title).to.include({ title: `Spelling ${at}` });
        }
      });
    });

    describe("a post-action", () => {
      it("sees the record as it is after a create and an update, and its key after a delete", async () => {
        await send("POST", served.posts, { title: "Seen", number: 5_000 });
        const { data } = await latest("audit");
        expect(data).to.include({ title: "Seen", number: 5_000 });
        const key = keyOf(data);
        expect(data).to.deep.include(await stored(key));
        const path = `${served.posts}/${key}`;
        await send(served.updates, path, { title: "Seen again", number: 5_001 });
        expect((await latest("audit")).data).to.include({ title: "Seen again", number: 5_001 });
        await send("DELETE", path);
        const { params } = await latest("audit-destroy");
        expect(params).to.have.property("filterByTk", key);
      });

      it("has an association that it wants", async () => {
        const values = { title: "With news", number: 6_000, ...served.inCategory(served.news) };
        await send("POST", `${served.posts}?triggerWorkflows=with-category`, values);
        const { data } = await latest("with-category");
        expect(data).to.have.nested.property("category.name", "News");
      });
    });

    describe("a step", () => {
      it("reads all records of a list, however long the backend's pages are", async () => {
        expect(await act("count-seed")).to.equal(130);
      });

      it("reads records by a filter, in an order, up to a number", async () => {
        expect(await act("late")).to.deep.equal([130, 129, 128]);
        expect(await act("some")).to.deep.equal([3, 5]);
        expect(await act("either")).to.deep.equal([1, 130]);
        expect(await act("total")).to.equal(128 + 129 + 130);
      });

      it("reads a record with an association", async () => {
        const [post] = await titled("Title 2");
        const found = await act("one", { wanted: keyOf(post) });
        expect(found).to.have.nested.property("category.name", "News");
      });

      it("creates, updates and destroys a record by its key", async () => {
        const [created, updated, gone] = (await act("write")) as JsonObject[];
        expect(created).to.include({ title: "Written", number: 7_000 });
        expect(created).to.have.property(served.key);
        expect(updated).to.include({ title: "Rewritten", [served.key]: created?.[served.key] });
        expect(keyOf(gone)).to.equal(keyOf(created));
        expect(await titled("Rewritten")).to.be.empty;
      });

      it("updates and destroys records by a filter", async () => {
        expect(await act("many")).to.deep.equal([3, 3]);
        expect(await titled("One of many, changed")).to.be.empty;
      });
    });

    describe("who is calling", () => {
      before(function () {
        if (served.callers.length === 0) this.skip();
      });

      it("is the user whom the backend knows by the credential, each time", async () => {
        for (const { name, field, headers: own } of [...served.callers, ...served.callers]) {
          const { status, body } = await who(own);
          expect(status).to.equal(200);
          expect(body).to.have.nested.property(`data.${field}`, name);
          expect(JSON.stringify(body)).to.not.include(Object.values(own)[0]);
        }
      });

      it("is asked for: no credential is 401, and one that the backend does not know is refused in its words", async () => {
        const { status, headers: told } = await who({});
        expect(status).to.equal(401);
        expect(told.get("www-authenticate")).to.not.equal(null);
        const stranger = await who(served.stranger?.headers ?? {});
        expect(stranger.status).to.equal(served.stranger?.status);
      });

      it("never has its credential in the history", async () => {
        await send("POST", served.posts, { title: "Quietly", number: 8_000 });
        const history = JSON.stringify(await gateway.runs());
        for (const { headers: own } of served.callers) {
          for (const value of Object.values(own)) expect(history).to.not.include(value);
        }
      });
    });
  });
}
