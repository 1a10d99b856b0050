import { expect } from "chai";
import { v7 as uuid } from "uuid";
import type { AdminOptions } from "../../src/admin/app.ts";
import { onBothStores } from "../support/both-stores.ts";
import { aClaim, aNewRun, aStart, aWorkflow, record } from "../support/runs.ts";
import { type AdminPort, type Asked, openAdminPort, problem } from "./admin-port.ts";

onBothStores("an operator, by the admin port,", () => {
  let port: AdminPort;
  beforeEach(async () => (port = await openAdminPort()));
  afterEach(() => port.close());

  const accepted = async () => {
    const run = aNewRun();
    await port.store.queue.accept([run]);
    return run.id;
  };
  const unconfirmed = async () => {
    const [intent, run] = [uuid(), aNewRun()];
    await port.store.intents.open(intent, [run]);
    await port.store.intents.unconfirmed(intent);
    return run.id;
  };

  describe("cancels", () => {
    const only =
      "Only a run that is queued, waits or runs, and that no client waits for, can be canceled; this one is ";

    it("a queued run, and sees the run's new state", async () => {
      const id = await accepted();
      const admin = await port.start();
      const { body } = await post(admin, `/runs/${id}/cancel`).expect(200);
      expect(body).to.deep.include({
        id,
        status: "canceled",
        error: { message: "The run was canceled", code: "CANCELED", step: "" },
      });
      expect(body).to.deep.equal((await admin.get(`/runs/${id}`)).body);
      expect(await port.store.queue.claim(10)).to.deep.equal([]);
    });

    it("no run that has ended", async () => {
      const id = await record(port.store);
      const error = problem("CONFLICT", `${only}succeeded`);
      await post(await port.start(), `/runs/${id}/cancel`).expect(409, error);
    });

    it("no run that a client waits for", async () => {
      const sync = aStart();
      await port.store.begin(aWorkflow(), sync);
      const error = problem("CONFLICT", `${only}running`);
      await post(await port.start(), `/runs/${sync.id}/cancel`).expect(409, error);
    });
  });

  describe("dismisses", () => {
    it("an unconfirmed run, once", async () => {
      const id = await unconfirmed();
      const admin = await port.start();
      const { body } = await post(admin, `/runs/${id}/dismiss`).expect(200);
      expect(body).to.include({ id, status: "dismissed", replayedAs: null });
      const only = "Only a run that is unconfirmed can be dismissed; this one is dismissed";
      await post(admin, `/runs/${id}/dismiss`).expect(409, problem("CONFLICT", only));
    });
  });

  describe("lets a run go on", () => {
    it("that waits for a time", async () => {
      const claim = await aClaim(port.store.queue);
      const until = new Date(Date.now() + 3_600_000);
      await port.store.queue.wait(claim, { id: claim.id, status: "waiting", until, child: null });
      const { body } = await post(await port.start(), `/runs/${claim.id}/resume`).expect(200);
      expect(body).to.include({ id: claim.id });
      expect((await port.store.queue.claim(10)).map(({ id }) => id)).to.deep.equal([claim.id]);
    });

    it("only if it waits for a time", async () => {
      const only = "Only a run that waits can be resumed; this one is queued";
      const admin = await port.start();
      const path = `/runs/${await accepted()}/resume`;
      await post(admin, path).expect(409, problem("CONFLICT", only));
    });
  });

  describe("is answered", () => {
    for (const verb of ["cancel", "dismiss", "resume", "replay"]) {
      it(`404 when there is no run to ${verb}`, async () => {
        const none = problem("NOT_FOUND", "There is no such run");
        await post(await port.start(), `/runs/${uuid()}/${verb}`).expect(404, none);
      });

      it(`405 for a GET that asks a run to ${verb}`, async () => {
        const admin = await port.start();
        const error = problem("METHOD_NOT_ALLOWED", "GET is not allowed here; only POST is");
        await admin.get(`/runs/1/${verb}`).expect(405, error).expect("allow", "POST");
        await admin.delete(`/runs/1/${verb}`).expect(405).expect("allow", "POST");
      });

      it(`503 when the store can't be written to ${verb}`, async () => {
        const id = verb === "cancel" ? await accepted() : await record(port.store);
        const { store } = port;
        const run = await store.get(id);
        await store.close();
        const admin = await port.start({
          history: { ...store, get: () => Promise.resolve(run) },
          workflowOf: () => aWorkflow(),
        });
        const { body } = await post(admin, `/runs/${id}/${verb}`).expect(503);
        expect(body).to.have.nested.property("errors[0].code", "STORE_UNAVAILABLE");
      });
    }

    it("404 for an operation that does not exist", async () => {
      const { body } = await post(await port.start(), `/runs/${uuid()}/repeat`).expect(404);
      expect(body).to.have.nested.property("errors[0].code", "NOT_FOUND");
    });
  });

  describe("can't be made to write by another web page:", () => {
    const verbs = ["/runs/ID/cancel", "/runs/ID/dismiss", "/runs/ID/resume", "/runs/ID/replay"];
    const attacks: [string, Record<string, string>][] = [
      [
        "a form, which is sent without asking",
        { "content-type": "application/x-www-form-urlencoded" },
      ],
      ["a form with files", { "content-type": "multipart/form-data; boundary=x" }],
      ["a form of plain text that looks like JSON", { "content-type": "text/plain" }],
      ["a fetch without a type", { "content-type": "" }],
      ["a type that only begins like JSON", { "content-type": "application/json-patch" }],
      ["two types at once", { "content-type": "text/plain; application/json" }],
      ["a fetch from another origin", { origin: "http://evil.example" }],
      ["a fetch from a sandboxed frame or a local file", { origin: "null" }],
      ["a page on another port of this machine", { origin: "http://127.0.0.1:1" }],
      ["an origin that only begins like the port's", { origin: "http://127.0.0.1.evil.example" }],
      ["a browser that says it is of another site", { "sec-fetch-site": "cross-site" }],
      ["a browser that says it is of a sister site", { "sec-fetch-site": "same-site" }],
      ["a name of its own that leads here (DNS rebinding)", { host: "evil.example:8081" }],
    ];
    for (const [attack, headers] of attacks) {
      it(attack, async () => {
        const id = await accepted();
        const admin = await port.start();
        for (const path of [...verbs, "/workflows/notify/run"]) {
          const asked = admin.post(path.replace("ID", id)).set("Content-Type", "application/json");
          const { body } = await asked.set(headers).send("{}").expect(403);
          expect(body).to.have.nested.property("errors[0].code", "FORBIDDEN");
        }
        expect(await port.store.get(id)).to.include({ status: "queued" });
        expect((await port.store.list({ limit: 50 })).runs).to.have.length(1);
      });
    }

    it("but writes for its own page and for programs", async () => {
      const admin = await port.start();
      const own: Record<string, string>[] = [
        { host: "localhost:8081", origin: "http://localhost:8081" },
        {
          host: "localhost:8081",
          origin: "https://localhost:8081",
          "sec-fetch-site": "same-origin",
        },
        { "content-type": "Application/JSON; charset=utf-8" },
        { "sec-fetch-site": "none" },
      ];
      for (const headers of own) {
        const asked = admin.post(`/runs/${await accepted()}/cancel`);
        await asked.set("Content-Type", "application/json").set(headers).send("{}").expect(200);
      }
    });

    it("a preflight is answered without permission", async () => {
      const { headers } = await (
        await port.start()
      )
        .options(`/runs/${uuid()}/cancel`)
        .set("Origin", "http://evil.example")
        .set("Access-Control-Request-Method", "POST");
      expect(headers).to.not.have.any.keys(
        "access-control-allow-origin",
        "access-control-allow-headers",
      );
    });
  });

  describe("must be one of the users, where there are any:", () => {
    const users: AdminOptions["users"] = { ann: "correct horse" };

    it("others can't change a run", async () => {
      const id = await accepted();
      const admin = await port.start({ users });
      for (const verb of ["cancel", "dismiss", "resume", "replay"]) {
        await post(admin, `/runs/${id}/${verb}`).expect(401);
        await post(admin, `/runs/${id}/${verb}`).auth("ann", "wrong").expect(401);
      }
      await post(admin, "/workflows/notify/run").expect(401);
      expect(await port.store.get(id)).to.include({ status: "queued" });
    });

    it("a user can, but not from another page that has the browser sign in", async () => {
      const id = await accepted();
      const admin = await port.start({ users });
      const cancel = () => post(admin, `/runs/${id}/cancel`).auth("ann", "correct horse");
      await cancel().set("Origin", "http://evil.example").expect(403);
      await cancel().expect(200);
    });
  });
});

/** Posts as a program does. */
const post = (admin: Asked, path: string, body: object = {}) =>
  admin.post(path).set("Content-Type", "application/json").send(body);
