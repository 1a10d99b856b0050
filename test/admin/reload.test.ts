import { expect } from "chai";
import type { Problem } from "../../src/model/position.ts";
import type { Reload } from "../../src/model/reload.ts";
import { type AdminPort, openAdminPort } from "./admin-port.ts";

const at = new Date("2026-11-28T12:00:00.000Z");
const problems: Problem[] = [
  { file: "gateway.yaml", line: 3, col: 5, message: 'upstream.url: "s3cret" should be a URL' },
];
const refused: Reload = { at, ok: false, problems };
const state = (lastReload: Reload | null) => () => ({
  hash: "abc",
  loadedAt: at,
  lastReload,
  reloads: { done: 0, refused: 1 },
});

describe("POST /reload", () => {
  let admin: AdminPort;
  let asked = 0;
  const reload = () => Promise.resolve((asked++, { at, ok: true, problems: [] }));
  before(async () => (admin = await openAdminPort()));
  beforeEach(() => (asked = 0));
  after(() => admin.close());

  it("is refused to who is not a user of the port, and reloads nothing", async () => {
    const port = await admin.start({ users: { ann: "secret" }, reload });
    await port.post("/reload").type("json").send("{}").expect(401);
    await port.post("/reload").auth("ann", "wrong").type("json").send("{}").expect(401);
    expect(asked).to.equal(0);
    await port.post("/reload").auth("ann", "secret").type("json").send("{}").expect(200);
    expect(asked).to.equal(1);
  });

  it("is refused to the page of another website, and to a form", async () => {
    const port = await admin.start({ reload });
    const foreign = port.post("/reload").set("Origin", "http://evil.example").type("json");
    await foreign.send("{}").expect(403);
    await port.post("/reload").type("form").send("a=1").expect(403);
    expect(asked).to.equal(0);
  });

  it("is the only method: others are 405", async () => {
    const port = await admin.start({ reload });
    await port.get("/reload").expect(405).expect("Allow", "POST");
    expect(asked).to.equal(0);
  });

  it("that was refused shows in /readyz, whole where everyone may see all", async () => {
    const port = await admin.start({ reload, configuration: state(refused) });
    await port.get("/readyz").expect(200, {
      status: "ok",
      lastReload: {
        at: "2026-11-28T12:00:00.000Z",
        ok: false,
        message:
          'the new configuration was refused: gateway.yaml:3:5: upstream.url: "s3cret" should be a URL',
      },
    });
  });

  it("that was refused shows nothing of the configuration in /readyz where the port has users", async () => {
    const users = { ann: "secret" };
    const port = await admin.start({ users, reload, configuration: state(refused) });
    const { body } = await port.get("/readyz").expect(200);
    expect(body).to.have.nested.property(
      "lastReload.message",
      "the new configuration was refused: gateway.yaml:3:5",
    );
  });
});
