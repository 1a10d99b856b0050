import { expect } from "chai";
import { forwardedPath } from "../../../src/hooks/request/draft.ts";

describe("a query that set-request changes", () => {
  it("keeps the rest of its parameters byte for byte, whatever their names", () => {
    const path = "/posts?constructor=1&toString=%41&b=+&a[x]=1&%61=2&c";
    expect(forwardedPath(path, { a: "new" })).to.equal(
      "/posts?constructor=1&toString=%41&b=+&c&a=new",
    );
  });

  it("loses a parameter that is set to null", () => {
    expect(forwardedPath("/posts?a=1&b=2", { a: null })).to.equal("/posts?b=2");
    expect(forwardedPath("/posts?a=1", { a: null })).to.equal("/posts");
  });
});
