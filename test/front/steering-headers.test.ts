import { IncomingMessage } from "node:http";
import { Socket } from "node:net";
import { expect } from "chai";
import { dropHeaders, steeringHeaders } from "../../src/front/steering-headers.ts";

const kept: ReadonlySet<string> = new Set(["x-forwarded-prefix"]);

/** The answers about a request with these headers. */
function about(names: string[], letThrough: ReadonlySet<string> | null = kept) {
  const rawHeaders = names.flatMap((name) => [name, "value"]);
  const { severalHosts, names: found } = steeringHeaders({ rawHeaders }, letThrough);
  return { severalHosts, found: [...found] };
}

describe("headers that steer a server", () => {
  it("are found in any case, and by an underscore alone", () => {
    expect(
      about(["Host", "X-ORIGINAL-URL", "path-info", "Script-Name", "my_header"]),
    ).to.deep.equal({
      severalHosts: false,
      found: ["x-original-url", "path-info", "script-name", "my_header"],
    });
  });

  it("are not those that begin alike, are empty, or are kept by the configuration", () => {
    const others = ["X-Request-Id", "Referer", "Sec-Fetch-Mode", "", "X", "X-Forwarded-Prefix"];
    expect(about(others)).to.deep.equal({ severalHosts: false, found: [] });
  });

  it("are not looked for where nothing is guarded, while a second Host is", () => {
    expect(about(["Host", "X-Original-URL", "hOST"], null)).to.deep.equal({
      severalHosts: true,
      found: [],
    });
  });

  it("are gone from every view of a request that they are dropped from", () => {
    const request = new IncomingMessage(new Socket());
    request.rawHeaders = ["X-Original-URL", "/posts", "Accept", "*/*"];
    request.headers["x-original-url"] = "/posts";
    request.headersDistinct["x-original-url"] = ["/posts"];
    dropHeaders(request, new Set(["x-original-url"]));
    expect(request.rawHeaders).to.deep.equal(["Accept", "*/*"]);
    expect(request.headers).not.to.have.property("x-original-url");
    expect(request.headersDistinct).not.to.have.property("x-original-url");
  });
});
