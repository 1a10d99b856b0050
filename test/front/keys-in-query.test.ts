import { expect } from "chai";
import { lookOf, verdictText } from "./look.ts";

describe("a key that is a filter of the query", () => {
  const look = lookOf({ api: "postgrest", guards: [["posts", "update", "destroy"]] });
  const seen = (method: string, target: string) => verdictText(look(method, target));

  it("is the record key of a write", () => {
    expect(seen("PATCH", "/posts?id=eq.1")).to.equal("hooks posts update 1 → PATCH /posts?id=eq.1");
    expect(seen("PUT", "/posts?id=eq.1")).to.equal("hooks posts update 1 → PUT /posts?id=eq.1");
    expect(seen("DELETE", "/posts?select=*&id=eq.a%20b")).to.equal(
      "hooks posts destroy a b → DELETE /posts?id=eq.a%20b&select=*",
    );
  });

  it("may be several, each of which is one", () => {
    const { action } = hooksOf("PATCH", '/posts?id=in.(1,"a,b","c\\"d")');
    expect(action.keys).to.deep.equal(["1", "a,b", 'c"d']);
    expect(action.filterByTk).to.deep.equal(["1", "a,b", 'c"d']);
    expect(seen("DELETE", "/posts?id=in.(1,2)")).to.equal(
      "hooks posts destroy 1 2 → DELETE /posts?id=in.(%221%22%2C%222%22)",
    );
  });

  it("is named by the collection's own primary key", () => {
    const own = lookOf({
      api: "postgrest",
      guards: [["posts", "update"]],
      collections: { posts: { primaryKey: "slug", associations: {} } },
    });
    expect(verdictText(own("PATCH", "/posts?slug=eq.a&id=eq.1"))).to.equal(
      "hooks posts update a → PATCH /posts?slug=eq.a&id=eq.1",
    );
  });

  it("is none where the query says a filter of many", () => {
    for (const query of ["", "?status=eq.draft", "?id=gt.1", "?id=not.eq.1", "?or=(id.eq.1)"]) {
      expect(seen("PATCH", `/posts${query}`)).to.equal(`hooks posts update → PATCH /posts${query}`);
    }
  });

  it("is what the forms of other upstreams are put into", () => {
    expect(seen("PATCH", "/posts/1")).to.equal("hooks posts update 1 → PATCH /posts?id=eq.1");
    expect(seen("POST", "/posts:destroy/1?x=1")).to.equal(
      "hooks posts destroy 1 → DELETE /posts?id=eq.1&x=1",
    );
    expect(seen("GET", "/notes/1")).to.equal("pass GET /notes?id=eq.1");
    expect(seen("DELETE", "/notes?filterByTk=[1,2]")).to.equal(
      "pass DELETE /notes?id=in.(%221%22%2C%222%22)",
    );
  });

  it("of a collection that no workflow looks at goes on as it came", () => {
    for (const target of ["/notes?id=eq.1&id=eq.2", "/notes?id=in.(1,2", "/notes?%69d=eq.1"]) {
      expect(seen("PATCH", target)).to.equal(`pass PATCH ${target}`);
    }
  });

  describe("is no way around a guard:", () => {
    const refused: [attack: string, target: string][] = [
      ["two keys, of which a server may take either", "/posts?id=eq.1&id=eq.2"],
      ["the same key twice, once encoded", "/posts?id=eq.1&%69d=eq.2"],
      ["one as a list of PHP", "/posts?id[]=eq.1"],
      ["one in brackets", "/posts?id[0]=eq.1"],
      ["one in the path and another in the query", "/posts/1?id=eq.2"],
      ["one of the gateway's and another of the upstream's", "/posts?filterByTk=1&id=eq.2"],
      ["a list that does not end", "/posts?id=in.(1,2"],
      ["a list with a text that does not end", '/posts?id=in.("1,2)'],
      ["a list with an empty key", "/posts?id=in.(1,)"],
      ["an empty list", "/posts?id=in.()"],
      ["a list in a list", "/posts?id=in.(1,(2))"],
    ];
    for (const [attack, target] of refused) {
      it(attack, () => {
        expect(seen("PATCH", target)).to.equal("refuse BAD_QUERY");
      });
    }

    const kept: [attack: string, target: string, verdict: string][] = [
      ["a key with a parameter in it", "/posts?id=eq.1%26id%3Deq.2", "1&id=eq.2"],
      [
        "a key behind a semicolon, at which some servers part",
        "/posts?id=eq.1;id=eq.2",
        "1;id=eq.2",
      ],
      ["a key with a list in it", "/posts?id=eq.1,2", "1,2"],
    ];
    for (const [attack, target, key] of kept) {
      it(`${attack} is one key, and sent as one`, () => {
        expect(seen("PATCH", target)).to.equal(
          `hooks posts update ${key} → PATCH /posts?id=eq.${encodeURIComponent(key)}`,
        );
      });
    }

    it("conditions beside the key leave it the key, since they can only leave it out", () => {
      for (const more of ["and=(id.eq.2)", "or=(id.eq.1,id.eq.2)", "not.and=(id.eq.1)"]) {
        expect(seen("PATCH", `/posts?id=eq.1&${more}`)).to.equal(
          `hooks posts update 1 → PATCH /posts?id=eq.1&${more}`,
        );
      }
    });
  });

  function hooksOf(method: string, target: string) {
    const verdict = look(method, target);
    if (verdict.way !== "hooks") throw new Error(verdict.way);
    return verdict;
  }
});
