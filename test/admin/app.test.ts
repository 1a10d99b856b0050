import { hostname } from "node:os";
import { expect } from "chai";
import type { AdminOptions } from "../../src/admin/app.ts";
import type { Store } from "../../src/store/store.ts";
import { type AdminPort, openAdminPort, problem } from "./admin-port.ts";

describe("the admin port", () => {
  let port: AdminPort;
  let history: Store;
  beforeEach(async () => {
    port = await openAdminPort();
    history = port.store;
  });
  afterEach(() => port.close());
  const start = (own?: Partial<AdminOptions>) => port.start(own);

  describe("says of its health", () => {
    it("that the process is there, whatever else", async () => {
      await history.close();
      const admin = await start({ serving: () => false });
      await admin.get("/healthz").expect(200, { status: "ok" });
    });

    it("that the gateway is ready", async () => {
      await (await start()).get("/readyz").expect(200, { status: "ok" });
    });

    it("that it is not ready (503) while it starts or stops", async () => {
      let serving = false;
      const admin = await start({ serving: () => serving });
      await admin.get("/readyz").expect(503, { status: "unavailable" });
      serving = true;
      await admin.get("/readyz").expect(200);
    });

    it("that it is not ready (503) when the store takes no writes", async () => {
      const admin = await start();
      await history.close();
      await admin.get("/readyz").expect(503, { status: "unavailable" });
    });

    it("what it says, to everyone, also where there are users", async () => {
      const admin = await start({ users: { ann: "pw" } });
      await admin.get("/healthz").expect(200);
      await admin.get("/readyz").expect(200);
    });

    it("its metrics, to everyone, also where there are users", async () => {
      const body = "sidehook_runs 1\n";
      const metrics = () => Promise.resolve({ type: "text/plain; version=0.0.4", body });
      const admin = await start({ users: { ann: "pw" }, metrics });
      const { text, headers } = await admin.get("/metrics").expect(200);
      expect(text).to.equal(body);
      expect(headers["content-type"]).to.match(/^text\/plain; version=0.0.4/);
      await admin.get("/runs").expect(401);
    });
  });

  describe("refuses a query of runs that it does not understand, saying what would be right:", () => {
    const limit = "limit should be a number from 1 to 500";
    const before = "before should be the id of a run";
    const statuses =
      "queued, running, waiting, succeeded, failed, errored, timed-out, canceled, interrupted, unconfirmed, dismissed";
    const cases: [string, string][] = [
      ["limit=0", limit],
      ["limit=501", limit],
      ["limit=1000", limit],
      ["limit=-1", limit],
      ["limit=1.5", limit],
      ["limit=ten", limit],
      ["limit=", limit],
      ["limit=1&limit=2", limit],
      ["before=yesterday", before],
      ["before=", before],
      ["workflow=", "workflow should be the key of one workflow"],
      ["workflow=a&workflow=b", "workflow should be the key of one workflow"],
      ["status=runing", 'unknown status "runing"; did you mean "running"?'],
      ["status=green", `status should be one of ${statuses}`],
      ["status=failed&status=errored", `status should be one of ${statuses}`],
      ["stauts=failed", 'unknown parameter "stauts"; did you mean "status"?'],
      ["limit[]=5", 'unknown parameter "limit[]"; did you mean "limit"?'],
      [
        "page=2",
        'unknown parameter "page"; there are status, workflow, trigger, error, parent, since, until, before, limit',
      ],
      ["trigger=", "trigger should be one type of trigger, such as pre-action"],
      ["error=", "error should be a text that the errors have in them"],
      ["error=a&error=b", "error should be a text that the errors have in them"],
      ["parent=me", "parent should be the id of a run"],
      ["since=yesterday", "since should be a time in ISO 8601: 2026-03-04T05:06:07Z"],
      ["until=2026-13-01", "until should be a time in ISO 8601: 2026-03-04T05:06:07Z"],
      ["until=2026-01-02T03:04", "until should be a time in ISO 8601: 2026-03-04T05:06:07Z"],
      ["limit=0&before=x", `${before}; ${limit}`],
    ];
    for (const [query, message] of cases) {
      it(query, async () => {
        const admin = await start();
        await admin.get(`/runs?${query}`).expect(400, problem("BAD_REQUEST", message));
      });
    }
  });

  describe("answers what it does not know with an error of the usual shape:", () => {
    it("404 on another path", async () => {
      const { body } = await (await start()).get("/nosuch").expect(404);
      expect(body).to.have.nested.property("errors[0].code", "NOT_FOUND");
    });

    for (const path of ["/healthz", "/readyz", "/metrics", "/runs", "/runs/1", "/workflows"]) {
      it(`405 on POST ${path}, with what is allowed`, async () => {
        const admin = await start();
        const message = "POST is not allowed here; only GET and HEAD are";
        await admin
          .post(path)
          .expect(405, problem("METHOD_NOT_ALLOWED", message))
          .expect("allow", "GET, HEAD");
      });
    }
  });

  describe("where it has users, refuses to show runs", () => {
    const users = { ann: "correct horse", Zoë: "pässwörd" };
    const denied = problem("UNAUTHENTICATED", "The admin port needs a user");

    it("without a password, and asks for one", async () => {
      const admin = await start({ users });
      for (const path of ["/runs", "/runs/1", "/nosuch"]) {
        await admin
          .get(path)
          .expect(401, denied)
          .expect("content-type", /^application\/json/)
          .expect("www-authenticate", 'Basic realm="Sidehook"');
      }
      await admin.post("/runs").expect(401, denied);
    });

    const wrong: [string, string, string][] = [
      ["by a wrong password", "ann", "wrong"],
      ["by an empty password", "ann", ""],
      ["by the beginning of a password", "ann", "correct"],
      ["by a password with more behind it", "ann", "correct horse "],
      ["by another user's password", "ann", "pässwörd"],
      ["as a user that is not there, with an empty password", "bob", ""],
      ["as a property that every object has", "constructor", ""],
      ["as nobody", "", ""],
    ];
    for (const [how, name, password] of wrong) {
      it(how, async () => {
        const admin = await start({ users });
        await admin.get("/runs").auth(name, password).expect(401, denied);
      });
    }

    it("for a token of another kind, or a broken one", async () => {
      const admin = await start({ users });
      for (const header of ["Bearer abc", "Basic", "Basic !!!", "Basic YW5u"]) {
        await admin.get("/runs").set("Authorization", header).expect(401, denied);
      }
    });

    it("to all except these users", async () => {
      const admin = await start({ users });
      await admin.get("/runs").auth("ann", "correct horse").expect(200);
      await admin.get("/runs").auth("Zoë", "pässwörd").expect(200);
    });
  });

  describe("against another web page", () => {
    const strangers = [
      "evil.example",
      "evil.example:8081",
      "localhost.evil.example",
      "127.0.0.1.evil.example:8081",
      "localhost:8081@evil.example",
      "[::1].evil.example",
      "10.0.0.9:8081",
    ];
    for (const host of strangers) {
      it(`is not reached by a name of its own that leads here: ${host}`, async () => {
        const admin = await start();
        for (const path of ["/runs", "/healthz", "/nosuch"]) {
          const { body } = await admin.get(path).set("Host", host).expect(403);
          expect(body).to.have.nested.property("errors[0].code", "FORBIDDEN");
        }
      });
    }

    it("answers to its own names, whatever port they are reached by", async () => {
      const admin = await start({ host: "admin.internal" });
      const own = ["localhost", "LOCALHOST:9", "127.0.0.1:8081", "[::1]:8081", "Admin.Internal:81"];
      for (const host of own) await admin.get("/runs").set("Host", host).expect(200);
    });

    it("answers to an address and the machine's name when it listens on all addresses", async () => {
      const admin = await start({ host: "0.0.0.0" });
      for (const host of ["10.0.0.9:8081", "[2001:db8::1]:8081", hostname()]) {
        await admin.get("/runs").set("Host", host).expect(200);
      }
      await admin.get("/runs").set("Host", "evil.example").expect(403);
    });

    it("forbids it to read answers, to keep them and to take them for something else", async () => {
      const admin = await start();
      const { headers } = await admin.get("/runs").set("Origin", "http://evil.example");
      expect(headers).to.include({
        "cache-control": "no-store",
        "x-content-type-options": "nosniff",
        "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
      });
      expect(headers).to.not.have.any.keys("access-control-allow-origin", "x-powered-by", "etag");
    });
  });
});
