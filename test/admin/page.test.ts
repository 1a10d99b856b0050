import { expect } from "chai";
import { type AdminPort, openAdminPort } from "./admin-port.ts";

describe("the operator's page", () => {
  let port: AdminPort;
  beforeEach(async () => (port = await openAdminPort()));
  afterEach(() => port.close());

  it("comes whole from the admin port, and may load nothing inline and nothing from elsewhere", async () => {
    const admin = await port.start();
    const { text, headers } = await admin.get("/").set("Accept", "text/html").expect(200);
    expect(headers["content-type"]).to.match(/^text\/html/);
    expect(headers["cache-control"]).to.equal("no-store");
    expect(headers["content-security-policy"]?.split(";")).to.include.members([
      "default-src 'none'",
      "script-src 'self'",
      "style-src 'self'",
      "img-src 'self'",
      "connect-src 'self'",
      "frame-ancestors 'none'",
    ]);
    expect(text).not.to.match(/<script>|<style|style=|https?:/);
    const names = [...text.matchAll(/(?:src|href)="\.\/(assets\/[^"]+)"/g)].map(([, name]) => name);
    expect(names).to.have.length(3);
    for (const name of names) {
      const asset = await admin.get(`/${name}`).expect(200);
      expect(asset.headers["cache-control"]).to.equal("public, max-age=31536000, immutable");
      expect(asset.headers["x-content-type-options"]).to.equal("nosniff");
    }
  });

  it("is for those who take HTML; others are told what there is", async () => {
    const admin = await port.start();
    const { body } = await admin.get("/").set("Accept", "application/json").expect(404);
    expect(body.errors[0].code).to.equal("NOT_FOUND");
  });

  it("is behind the same users as all else", async () => {
    const admin = await port.start({ users: { ann: "secret" } });
    const { headers } = await admin.get("/").set("Accept", "text/html").expect(401);
    expect(headers["www-authenticate"]).to.match(/^Basic /);
    await admin.get("/assets/anything.js").expect(401);
    await admin.get("/").auth("ann", "secret").set("Accept", "text/html").expect(200);
  });

  it("gives no file beside its own (an attack by a path)", async () => {
    const admin = await port.start();
    for (const path of [
      "/assets/../index.html",
      "/assets/%2e%2e/index.html",
      "/assets/..%2findex.html",
      "/assets/%2e%2e%2f%2e%2e%2fcli/index.js",
    ]) {
      const { status } = await admin.get(path);
      expect([400, 403, 404], path).to.include(status);
    }
  });
});
