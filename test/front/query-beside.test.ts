import { expect } from "chai";
import { lookOf, verdictText } from "./look.ts";

describe("a query that says what a guard reads elsewhere", () => {
  const look = lookOf({
    api: "nocobase",
    guards: [["posts", "create", "update", "destroy", "publish"]],
  });
  const seen = (method: string, target: string) => verdictText(look(method, target));
  const attacks: [attack: string, method: string, target: string, verdict: string][] = [
    [
      "another key beside the path's, of an action of the upstream's own",
      "POST",
      "/api/posts:publish/1?filterByTk=2&a=1",
      "hooks posts publish 1 → POST /api/posts:publish/1?a=1",
    ],
    [
      "another key beside the path's",
      "POST",
      "/api/posts:update/1?filterByTk=2",
      "hooks posts update 1 → POST /api/posts:update?filterByTk=1",
    ],
    [
      "another key in brackets",
      "POST",
      "/api/posts:update/1?[filterByTk]=2",
      "hooks posts update 1 → POST /api/posts:update?filterByTk=1",
    ],
    [
      "a key in encoded brackets, in a list",
      "POST",
      "/api/posts:destroy?%5BfilterByTk%5D[]=1&filterByTk[]=2",
      "hooks posts destroy 1 2 → POST /api/posts:destroy?filterByTk[]=1&filterByTk[]=2",
    ],
    [
      "values, which count where the body is empty",
      "POST",
      "/api/posts:create?values[status]=published&[values][a]=1&a=1",
      "hooks posts create → POST /api/posts:create?a=1",
    ],
    [
      "names that keep values of the body from being written",
      "PATCH",
      "/api/posts/1?whitelist=a&blacklist[]=owner",
      "hooks posts update 1 → POST /api/posts:update?filterByTk=1",
    ],
  ];
  for (const [attack, method, target, verdict] of attacks) {
    it(`is no way around it: ${attack}`, () => {
      expect(seen(method, target)).to.equal(verdict);
    });
  }

  it("goes on as it came to a collection that no workflow looks at", () => {
    for (const target of ["/api/notes:publish/1?filterByTk=2", "/api/notes:create?values[a]=1"]) {
      expect(seen("POST", target)).to.equal(`pass POST ${target}`);
    }
  });
});
