import { expect } from "chai";
import { type LookOptions, lookOf, verdictText } from "./look.ts";

describe("a request", () => {
  describe("in front of a rest upstream", () => {
    sentences({ guards: everything("posts") }, [
      ["GET", "/posts", "hooks posts list → GET /posts"],
      ["HEAD", "/posts", "hooks posts list → HEAD /posts"],
      ["POST", "/posts", "hooks posts create → POST /posts"],
      ["PUT", "/posts", "hooks posts update → PUT /posts"],
      ["PATCH", "/posts?views=0", "hooks posts update → PATCH /posts?views=0"],
      ["DELETE", "/posts?views=0", "hooks posts destroy → DELETE /posts?views=0"],
      ["GET", "/posts/1", "hooks posts get 1 → GET /posts/1"],
      ["HEAD", "/posts/1", "hooks posts get 1 → HEAD /posts/1"],
      ["PUT", "/posts/1", "hooks posts update 1 → PUT /posts/1"],
      ["PATCH", "/posts/1", "hooks posts update 1 → PATCH /posts/1"],
      ["DELETE", "/posts/1", "hooks posts destroy 1 → DELETE /posts/1"],
      ["GET", "/posts:list", "hooks posts list → GET /posts"],
      ["POST", "/posts:list", "hooks posts list → GET /posts"],
      ["GET", "/posts:get/1", "hooks posts get 1 → GET /posts/1"],
      ["GET", "/posts:get?filterByTk=1", "hooks posts get 1 → GET /posts/1"],
      ["POST", "/posts:create", "hooks posts create → POST /posts"],
      ["POST", "/posts:update/1", "hooks posts update 1 → PATCH /posts/1"],
      ["PUT", "/posts:update/1", "hooks posts update 1 → PATCH /posts/1"],
      ["POST", "/posts:destroy/1", "hooks posts destroy 1 → DELETE /posts/1"],
      ["POST", "/posts:destroy?filterByTk=1&a=b", "hooks posts destroy 1 → DELETE /posts/1?a=b"],
      ["POST", "/posts:publish/1", "hooks posts publish 1 → POST /posts:publish/1"],
      [
        "GET",
        "/posts:publish?filterByTk=1",
        "hooks posts publish 1 → GET /posts:publish?filterByTk=1",
      ],
      ["POST", "/posts:trigger/1", "hooks posts trigger 1 → nothing"],
      ["POST", "/notes:trigger", "hooks notes trigger → nothing"],
      ["POST", "/posts:updateOrCreate", "refuse NOT_TRANSLATABLE"],
    ]);
  });

  describe("in front of a NocoBase upstream", () => {
    sentences({ api: "nocobase", guards: everything("posts") }, [
      ["GET", "/api/posts", "hooks posts list → GET /api/posts:list"],
      ["GET", "/api/posts:list?page=2", "hooks posts list → GET /api/posts:list?page=2"],
      ["GET", "/api/posts/1", "hooks posts get 1 → GET /api/posts:get?filterByTk=1"],
      ["POST", "/api/posts", "hooks posts create → POST /api/posts:create"],
      ["POST", "/api/posts:create", "hooks posts create → POST /api/posts:create"],
      ["PATCH", "/api/posts/1", "hooks posts update 1 → POST /api/posts:update?filterByTk=1"],
      ["POST", "/api/posts:update/1", "hooks posts update 1 → POST /api/posts:update?filterByTk=1"],
      ["DELETE", "/api/posts/1", "hooks posts destroy 1 → POST /api/posts:destroy?filterByTk=1"],
      [
        "POST",
        "/api/posts:updateOrCreate",
        "hooks posts updateOrCreate → POST /api/posts:updateOrCreate",
      ],
      ["POST", "/api/posts:publish/1", "hooks posts publish 1 → POST /api/posts:publish/1"],
      ["POST", "/posts:create", "web"],
      ["POST", "/apis/posts:create", "web"],
      ["GET", "/", "web"],
    ]);
  });

  describe("in front of a Directus upstream", () => {
    sentences({ api: "directus", guards: everything("posts") }, [
      ["GET", "/items/posts", "hooks posts list → GET /items/posts"],
      ["POST", "/items/posts", "hooks posts create → POST /items/posts"],
      ["POST", "/items/posts:create", "hooks posts create → POST /items/posts"],
      ["PATCH", "/items/posts/1", "hooks posts update 1 → PATCH /items/posts/1"],
      ["PATCH", "/items/posts", "hooks posts update → PATCH /items/posts"],
      ["DELETE", "/items/posts", "hooks posts destroy → DELETE /items/posts"],
      [
        "POST",
        "/items/posts:destroy?filterByTk=1",
        "hooks posts destroy 1 → DELETE /items/posts/1",
      ],
      ["GET", "/server/info", "web"],
    ]);
  });

  describe("with several keys", () => {
    const guards = everything("posts");
    sentences({ api: "directus", guards }, [
      [
        "POST",
        "/items/posts:destroy?filterByTk[]=1&filterByTk[]=2",
        "hooks posts destroy 1 2 → DELETE /items/posts",
      ],
      [
        "POST",
        "/items/posts:destroy?filterByTk%5B%5D=1&filterByTk%5B%5D=2",
        "hooks posts destroy 1 2 → DELETE /items/posts",
      ],
      [
        "POST",
        "/items/posts:update?filterByTk=[1,%222%22]",
        "hooks posts update 1 2 → PATCH /items/posts",
      ],
      [
        "POST",
        "/items/posts:update?filterByTk=1&filterByTk=2",
        "hooks posts update 1 2 → PATCH /items/posts",
      ],
    ]);
    sentences({ api: "nocobase", guards }, [
      [
        "POST",
        "/api/posts:destroy?filterByTk[]=1&filterByTk[]=2",
        "hooks posts destroy 1 2 → POST /api/posts:destroy?filterByTk[]=1&filterByTk[]=2",
      ],
    ]);
    sentences({ guards }, [
      ["POST", "/posts:destroy?filterByTk[]=1&filterByTk[]=2", "refuse NOT_TRANSLATABLE"],
      ["POST", "/notes:destroy?filterByTk[]=1&filterByTk[]=2", "refuse NOT_TRANSLATABLE"],
    ]);

    it("tells workflows the keys as the client sent them", () => {
      const look = lookOf({ api: "nocobase", guards });
      const sent = (query: string) => {
        const verdict = look("POST", `/api/posts:destroy${query}`);
        return verdict.way === "hooks" ? verdict.action.filterByTk : verdict.way;
      };
      expect(sent("/7")).to.equal("7");
      expect(sent("?filterByTk=7")).to.equal("7");
      expect(sent("?filterByTk[]=1&filterByTk[]=2")).to.deep.equal(["1", "2"]);
      expect(sent("?filterByTk=[1,2]")).to.deep.equal([1, 2]);
      expect(sent("?filter={}")).to.equal(null);
    });
  });

  describe("to a nested collection", () => {
    const collections = {
      users: {
        primaryKey: "id",
        associations: { articles: { collection: "posts", foreignKey: null } },
      },
    };
    sentences({ collections, guards: everything("posts") }, [
      ["GET", "/users/1/posts", "hooks posts list → GET /users/1/posts"],
      ["POST", "/users/1/posts", "hooks posts create → POST /users/1/posts"],
      ["POST", "/users/1/posts:create", "hooks posts create → POST /users/1/posts"],
      ["PATCH", "/users/1/posts/2", "hooks posts update 2 → PATCH /users/1/posts/2"],
      ["POST", "/users/1/posts:update/2", "hooks posts update 2 → PATCH /users/1/posts/2"],
      ["POST", "/users/1/articles", "hooks posts create → POST /users/1/articles"],
      ["POST", "/USERS/1/Articles", "hooks posts create → POST /users/1/Articles"],
      ["DELETE", "/users/1/articles/2", "hooks posts destroy 2 → DELETE /users/1/articles/2"],
      [
        "POST",
        "/users/1/articles:publish/2",
        "hooks posts publish 2 → POST /users/1/articles:publish/2",
      ],
      ["POST", "/posts/1/comments", "pass POST /posts/1/comments"],
      ["POST", "/articles", "pass POST /articles"],
      ["POST", "/users/1/notes/2/posts", "pass POST /users/1/notes/2/posts"],
    ]);
  });

  describe("to an application of a NocoBase upstream", () => {
    sentences({ api: "nocobase", guards: everything("posts") }, [
      [
        "POST",
        "/api/__app/main/posts:create",
        "hooks posts create → POST /api/__app/main/posts:create",
      ],
      [
        "POST",
        "/api/__app/main/categories/1/posts:create",
        "hooks posts create → POST /api/__app/main/categories/1/posts:create",
      ],
      ["POST", "/api/__app/main/posts", "hooks posts create → POST /api/__app/main/posts:create"],
      [
        "DELETE",
        "/api/__app/main/posts/1",
        "hooks posts destroy 1 → POST /api/__app/main/posts:destroy?filterByTk=1",
      ],
      [
        "POST",
        "/api/__app/main/posts:publish/1",
        "hooks posts publish 1 → POST /api/__app/main/posts:publish/1",
      ],
      ["POST", "/api/__app/main/posts:trigger/1", "hooks posts trigger 1 → nothing"],
      ["POST", "/api/__app/main//posts:create", "refuse BAD_PATH"],
      ["POST", "/api/__app/main/notes:create", "pass POST /api/__app/main/notes:create"],
    ]);
  });

  describe("that asks for `trigger`", () => {
    const refused = [
      "/samples:trigger/..",
      "/samples:trigger/.",
      "/samples:trigger/a%2Fb",
      "/samples:trigger/a%5Cb",
      "/samples:trigger/%00",
      "/samples:trigger//1",
      "//samples:trigger/1",
      "/samples:trigger/1/2",
      "/samples:TRIGGER/..",
      "/samples%3Atrigger%2F1",
      "/a/b/c/d/samples:trigger",
    ];
    sentences({}, [
      ...refused.map((path): Sentence => ["POST", `${path}?triggerWorkflows=k`, "refuse BAD_PATH"]),
      ["POST", "/samples%3Atrigger/1", "hooks samples trigger 1 → nothing"],
      ["GET", "/samples/a:trigger", "pass GET /samples/a:trigger"],
    ]);
    sentences({ api: "nocobase" }, [
      [
        "POST",
        "/api/samples:trigger/1?triggerWorkflows=theirs",
        "pass POST /api/samples:trigger/1?triggerWorkflows=theirs",
      ],
      ["POST", "/api/samples:trigger/1", "hooks samples trigger 1 → nothing"],
      ["POST", "/api/samples:trigger/..?triggerWorkflows=theirs", "refuse BAD_PATH"],
    ]);
    sentences({ api: "nocobase", guards: everything("posts") }, [
      [
        "POST",
        "/api/samples:trigger/1?triggerWorkflows=theirs,guard-0",
        "hooks samples trigger 1 → nothing",
      ],
    ]);
  });

  describe("where paths are closed", () => {
    const closed = ["/graphql", "/utils/import/*", "/x/:id/promote"];
    sentences({ api: "directus", closed }, [
      ["POST", "/graphql", "refuse CLOSED"],
      ["GET", "/graphql?query=x", "refuse CLOSED"],
      ["POST", "/GraphQL/", "refuse CLOSED"],
      ["POST", "/%67raphql", "refuse CLOSED"],
      ["POST", "//graphql", "refuse CLOSED"],
      ["POST", "/x/../graphql", "refuse CLOSED"],
      ["POST", "/graphql;v=1", "refuse CLOSED"],
      ["POST", "/utils/import/posts", "refuse CLOSED"],
      ["POST", "/utils/import/a/b", "refuse CLOSED"],
      ["POST", "/x/7/promote", "refuse CLOSED"],
      ["POST", "/utils/imports", "web"],
      ["POST", "/graphql/system", "web"],
      ["OPTIONS", "/graphql", "web"],
      ["POST", "/items/notes", "pass POST /items/notes"],
    ]);
    sentences({ closed, caseSensitive: true }, [["POST", "/GraphQL", "pass POST /GraphQL"]]);
  });

  describe("with a bare question mark", () => {
    sentences({ guards: everything("posts") }, [
      ["GET", "/notes?", "pass GET /notes?"],
      ["GET", "http://example.com/notes?", "pass GET /notes?"],
      ["GET", "/?", "pass GET /?"],
    ]);
  });

  describe("where routes are configured", () => {
    const routes = [
      { method: "POST", path: "/v2/articles/:key/publish", collection: "posts", action: "publish" },
      { method: "DELETE", path: "/v2/articles/:key", collection: "posts", action: "destroy" },
      { method: "GET", path: "/v2/articles", collection: "posts", action: "list" },
      { method: "POST", path: "/v2/beiträge", collection: "posts", action: "create" },
    ];
    sentences({ routes, guards: everything("posts") }, [
      ["POST", "/v2/articles/7/publish", "hooks posts publish 7 → POST /v2/articles/7/publish"],
      [
        "POST",
        "/v2/articles/a%20b/publish",
        "hooks posts publish a b → POST /v2/articles/a%20b/publish",
      ],
      ["POST", "/v2/%61rticles/7/publish/", "hooks posts publish 7 → POST /v2/articles/7/publish/"],
      ["POST", "/V2/Articles/7/Publish", "hooks posts publish 7 → POST /V2/Articles/7/Publish"],
      ["DELETE", "/v2/articles/7?x=1", "hooks posts destroy 7 → DELETE /v2/articles/7?x=1"],
      ["GET", "/v2/articles", "hooks posts list → GET /v2/articles"],
      ["HEAD", "/v2/articles", "hooks posts list → HEAD /v2/articles"],
      ["POST", "/v2/beitr%C3%A4ge", "hooks posts create → POST /v2/beitr%C3%A4ge"],
      ["GET", "/v2/other", "pass GET /v2/other"],
    ]);
    sentences({ routes, prefix: "/api", guards: everything("posts") }, [
      ["POST", "/v2/articles/7/publish", "hooks posts publish 7 → POST /v2/articles/7/publish"],
      ["POST", "/api/v2/articles/7/publish", "pass POST /api/v2/articles/7/publish"],
      ["PATCH", "/v2/articles/7", "pass PATCH /v2/articles/7"],
      ["POST", "/v2/articles/7/other", "web"],
      ["POST", "/v2//articles/7/publish", "refuse BAD_PATH"],
      ["POST", "/x/../v2/articles/7/publish", "refuse BAD_PATH"],
      ["POST", "/V2/articles/7/publish", "hooks posts publish 7 → POST /V2/articles/7/publish"],
    ]);
    sentences({ routes, prefix: "/api" }, [
      ["POST", "/v2/articles/7/publish", "pass POST /v2/articles/7/publish"],
      [
        "POST",
        "/v2/articles/7/publish?triggerWorkflows=a",
        "hooks posts publish 7 → POST /v2/articles/7/publish",
      ],
    ]);
    sentences({ routes, caseSensitive: true, guards: everything("posts") }, [
      ["POST", "/V2/articles/7/publish", "pass POST /V2/articles/7/publish"],
    ]);
  });

  describe("for an action of few global workflows", () => {
    sentences({ guards: [["posts", "create"]] }, [
      ["POST", "/notes:create", "pass POST /notes"],
      ["POST", "/notes:update/1?a=%7e", "pass PATCH /notes/1?a=%7e"],
      ["DELETE", "/posts/1", "pass DELETE /posts/1"],
      ["POST", "/posts:destroy/1", "rewrite DELETE /posts/1"],
    ]);
  });

  describe("with a parameter that may mean triggerWorkflows", () => {
    sentences({}, [
      ["POST", "/notes?triggerWorkflows=a", "hooks notes create → POST /notes"],
      ["POST", "/notes?x=1&triggerWorkflows=a&y=%7e", "hooks notes create → POST /notes?x=1&y=%7e"],
      ["POST", "/notes?%74riggerWorkflows=a", "hooks notes create → POST /notes"],
      ["POST", "/notes?triggerWorkflows[]=a", "hooks notes create → POST /notes"],
      ["GET", "/notes/1?triggerWorkflows=a", "hooks notes get 1 → GET /notes/1"],
      ["POST", "/notes?triggerworkflows=a", "pass POST /notes?triggerworkflows=a"],
      ["GET", "/?triggerWorkflows=a", "pass GET /?triggerWorkflows=a"],
    ]);
  });

  describe("with a large query", () => {
    const look = lookOf({ guards: everything("posts") });

    it("is taken with 1,000 keys in one array, and is 400 BAD_QUERY with more", () => {
      expect(verdictText(look("POST", `/posts:publish?${keys(1_000)}`))).to.match(
        /^hooks posts publish 0/,
      );
      expect(verdictText(look("POST", `/posts:publish?${keys(1_001)}`))).to.equal(
        "refuse BAD_QUERY",
      );
    });

    it("is taken with arrays 5 deep, and is 400 BAD_QUERY with deeper ones", () => {
      expect(verdictText(look("POST", `/posts:publish?${deep(5)}`))).to.match(
        /^hooks posts publish →/,
      );
      expect(verdictText(look("POST", `/posts:publish?${deep(6)}`))).to.equal("refuse BAD_QUERY");
    });
  });
});

const keys = (count: number) =>
  Array.from({ length: count }, (_, key) => `filterByTk[]=${key}`).join("&");

const deep = (depth: number) => `filterByTk${"[a]".repeat(depth)}=1`;

type Sentence = [method: string, target: string, verdict: string];

function sentences(options: LookOptions, all: readonly Sentence[]): void {
  const look = lookOf(options);
  for (const [method, target, verdict] of all) {
    it(`is read as “${verdict}” when it is ${method} ${target}`, () => {
      expect(verdictText(look(method, target))).to.equal(verdict);
    });
  }
}

function everything(collection: string): LookOptions["guards"] {
  const actions = ["list", "get", "create", "update", "updateOrCreate", "destroy", "publish"];
  return [[collection, ...actions] as const];
}
