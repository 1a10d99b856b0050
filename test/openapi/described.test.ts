import { expect } from "chai";
import { POSTS, loaded, told, withSteps } from "./described.ts";

const SAVED =
  "{ type: post-action, collection: posts, global: true, actions: [create], sync: true }";
const BEFORE = "{ type: pre-action, collection: posts, global: true, actions: [create, update] }";
const ASKED = "{ type: custom-action, collection: posts }";

/** What is told of a step that evaluates an expression. It begins at column 33 of line 7. */
const toldOf = (trigger: string, expression: string) =>
  told(withSteps(trigger, `      - { type: condition, if: "${expression}" }`));

describe("an expression over a record that a document describes", () => {
  const accepted = [
    "trigger.data.title == 'x' && trigger.data.price * 2 > 3",
    "has(trigger.data.subtitle) && size(trigger.data.subtitle) > 3",
    "trigger.data.?subtitle.orValue('') == ''",
    "'subtitle' in trigger.data && trigger.data.subtitle == 'x'",
    "trigger.data.price == null ? true : 1 < trigger.data.price",
    "trigger.data.author.posts.exists(p, p.author.name == 'x')",
    "trigger.data.author.posts[0].tags[0].startsWith('a')",
    "trigger.data.tags.all(t, t != '') && 'a' in trigger.data.tags",
    "trigger.data.all(field, field != 'x')",
    "trigger.data.status in ['draft', 'published']",
    "trigger.data.id % 2 == 0 && string(trigger.data.id) != ''",
    "trigger.data.map(title, title).size() > 0",
    "trigger.data.price in [1, 2] && 1 in [trigger.data.price]",
    "trigger.data.tags[trigger.data.id] == 'x' && {1: 'x'}[trigger.data.id] == 'x'",
    "trigger.data.?tags.orValue([]).size() > 0",
    "trigger.data.tags + ['x'] == ['a'] || trigger.data.tags.map(t, t + 'x').distinct() == []",
    "trigger.data.tags.filter(t, t != '').sort()[0].startsWith('a')",
    "(trigger.data.price > 1 ? trigger.data.price : trigger.data.title) == 3",
    "trigger.data.author.posts.map(p, p.price > 1 ? p.price : 0).sum() > 3",
    "trigger.data.author.posts.map(p, p.price > 1, p.price).avg() > 3",
    "trigger.data.author.posts.groupBy('author.name').map(name, name).size() > 0",
    "trigger.data.author.posts.groupBy('status')['draft'].size() > 0",
    "trigger.data.author.posts.sortBy('-subtitle').size() > 0",
    "cel.bind(posts, trigger.data.author.posts, posts[0].title) == 'x'",
    "{'a': trigger.data.price}.a == 3 && [trigger.data.price, 'x'][0] == 3",
  ];
  for (const expression of accepted) {
    it(`is taken as it is: ${expression}`, async () => {
      expect(await toldOf(SAVED, expression)).to.deep.equal([]);
    });
  }

  const refused: readonly [string, number, string][] = [
    ["trigger.data.titel == 'x'", 46, 'posts has no field "titel"; did you mean "title"?'],
    ["trigger.data['titel'] == 'x'", 46, 'posts has no field "titel"; did you mean "title"?'],
    ["trigger.data.author.nam == ''", 53, 'posts.author has no field "nam"; did you mean "name"?'],
    [
      "trigger.data.author.posts.exists(p, p.titel == '')",
      71,
      'posts.author.posts[] has no field "titel"; did you mean "title"?',
    ],
    [
      "trigger.data.title == 3",
      33,
      "posts.title is a text, and 3 is a number: they can't be compared",
    ],
    [
      "'x' != trigger.data.price",
      33,
      "'x' is a text, and posts.price is a number: they can't be compared",
    ],
    [
      "trigger.data.title < trigger.data.price",
      33,
      "posts.title is a text, and posts.price is a number: they can't be compared",
    ],
    [
      "trigger.data.published == 'yes'",
      33,
      "posts.published is true or false, and 'yes' is a text: they can't be compared",
    ],
    ["size(trigger.data.price) > 3", 33, "found no matching overload for 'size(double)'"],
    ["trigger.data.title", 33, "should be true or false, but is of type string"],
  ];
  for (const [expression, col, message] of refused) {
    it(`is refused at its place: ${expression}`, async () => {
      expect(await toldOf(SAVED, expression)).to.deep.equal([
        `gateway.yaml:7:${col}: workflows.w.steps.0.if: ${message}`,
      ]);
    });
  }

  const doubted: readonly [string, string, number, string][] = [
    [
      SAVED,
      "trigger.data.subtitle == ''",
      46,
      "posts.subtitle is optional: an absent one errs; ask has(trigger.data.subtitle), or trigger.data.?subtitle",
    ],
    [
      BEFORE,
      "size(trigger.params.values.title) < 3",
      60,
      "posts.title is optional: an absent one errs; ask has(trigger.params.values.title), or trigger.params.values.?title",
    ],
    [
      BEFORE,
      "has(trigger.params.values.titel)",
      59,
      'posts has no field "titel"; did you mean "title"?',
    ],
    [
      BEFORE,
      "'titel' in trigger.params.values",
      33,
      'posts has no field "titel"; did you mean "title"?',
    ],
    [
      SAVED,
      "trigger.data.status == 'drft'",
      56,
      'posts.status is never "drft"; did you mean "draft"?',
    ],
    [
      SAVED,
      "trigger.data.status in ['draft', 'x']",
      66,
      'posts.status is never "x"; it is one of draft, published',
    ],
    [ASKED, "trigger.data.titel == ''", 46, 'posts has no field "titel"; did you mean "title"?'],
  ];
  for (const [trigger, expression, col, message] of doubted) {
    it(`is warned of: ${expression}`, async () => {
      expect(await toldOf(trigger, expression)).to.deep.equal([
        `warning gateway.yaml:7:${col}: workflows.w.steps.0.if: ${message}`,
      ]);
    });
  }

  it("may ask a client's request for a field that is not described, to refuse it", async () => {
    expect(await toldOf(BEFORE, "has(trigger.params.values.isAdmin)")).to.deep.equal([]);
  });

  it("may read an optional field that another step of the workflow asks for", async () => {
    const steps = `      - type: condition
        if: has(trigger.data.subtitle)
        then:
          - { type: log, message: "\${{ trigger.data.subtitle }}" }`;
    expect(await told(withSteps(SAVED, steps))).to.deep.equal([]);
  });

  it("is checked in the results of query, create and update steps too", async () => {
    const steps = `      - { id: one, type: query, collection: posts, key: 1 }
      - { id: all, type: query, collection: posts }
      - { id: new, type: create, collection: posts, values: {} }
      - { id: old, type: update, collection: posts, key: 1, values: {} }
      - { type: log, message: "\${{ steps.one.titel }}" }
      - { type: log, message: "\${{ steps.all[0].titel }}" }
      - { type: log, message: "\${{ steps.all.map(p, p.titel) }}" }
      - { type: log, message: "\${{ steps.new.titel }}" }
      - { type: log, message: "\${{ steps.old.titel }}" }`;
    const wrong = 'posts has no field "titel"; did you mean "title"?';
    expect(await told(withSteps(SAVED, steps))).to.deep.equal([
      `gateway.yaml:11:46: workflows.w.steps.4.message: ${wrong}`,
      `gateway.yaml:12:49: workflows.w.steps.5.message: ${wrong}`,
      `gateway.yaml:13:55: workflows.w.steps.6.message: ${wrong}`,
      `gateway.yaml:14:46: workflows.w.steps.7.message: ${wrong}`,
      `gateway.yaml:15:46: workflows.w.steps.8.message: ${wrong}`,
    ]);
  });

  it("has the associations that its trigger or its step loads along", async () => {
    const text = withSteps(
      "{ type: post-action, collection: posts, actions: [create], appends: [category] }",
      `      - { id: one, type: query, collection: posts, key: 1, appends: [shop] }
      - { type: log, message: "\${{ trigger.data.category.name }} \${{ steps.one.shop.name }}" }`,
    );
    const collections = `collections: { posts: { associations: { category: { collection: categories }, shop: { collection: shops } } } }\n`;
    expect(await told(collections + text)).to.deep.equal([]);
  });
});

describe("values that a step writes to a described collection", () => {
  it("are warned of where no record has such a field, or one of another kind", async () => {
    const steps = `      - type: set-request
        values: { titel: x, price: abc, status: drft, title: "\${{ 'x' }}", tags: null }
      - { type: create, collection: posts, values: { published: 1, author: { nam: x } } }
      - { type: update, collection: posts, key: 1, values: { titel: x } }`;
    expect(await told(withSteps(BEFORE, steps))).to.deep.equal([
      'warning gateway.yaml:8:19: workflows.w.steps.0.values: posts has no field "titel"; did you mean "title"?',
      "warning gateway.yaml:8:36: workflows.w.steps.0.values.price: posts.price should be a number, but is a text",
      'warning gateway.yaml:8:49: workflows.w.steps.0.values.status: posts.status should be one of draft, published; did you mean "draft"?',
      "warning gateway.yaml:9:65: workflows.w.steps.1.values.published: posts.published should be true or false, but is a number",
      'warning gateway.yaml:9:78: workflows.w.steps.1.values.author: posts.author has no field "nam"; did you mean "name"?',
      'warning gateway.yaml:10:62: workflows.w.steps.2.values: posts has no field "titel"; did you mean "title"?',
    ]);
  });

  it("are warned of in filters too, below operators as well", async () => {
    const steps =
      "      - { type: query, collection: posts, filter: { titel: x, $or: [{ statu: x }, { author.name: x }] }, failOnEmpty: true }";
    expect(await told(withSteps(SAVED, steps))).to.deep.equal([
      'warning gateway.yaml:7:53: workflows.w.steps.0.filter: posts has no field "titel"; did you mean "title"?',
      'warning gateway.yaml:7:71: workflows.w.steps.0.filter.$or.0: posts has no field "statu"; did you mean "status"?',
    ]);
  });

  it("may be anything where the document says additionalProperties: true", async () => {
    const open = POSTS.replaceAll(
      "type: object\n      required: [id",
      "type: object\n      additionalProperties: true\n      required: [id",
    );
    const steps = `      - { type: set-request, values: { titel: x } }
      - { type: condition, if: "trigger.params.values.titel == 'x'" }`;
    expect(await told(withSteps(BEFORE, steps), { "openapi.yaml": open })).to.deep.equal([]);
  });
});

describe("an OpenAPI document", () => {
  it("names collections: one that is mistyped is warned of", async () => {
    const trigger = "{ type: post-action, collection: post, global: true, actions: [create] }";
    const steps = "      - { type: query, collection: pots, key: 1, failOnEmpty: true }";
    expect(await told(withSteps(trigger, steps))).to.deep.equal([
      'warning gateway.yaml:5:47: workflows.w.trigger.collection: no collection "post" is described; did you mean "posts"?',
      'warning gateway.yaml:7:36: workflows.w.steps.0.collection: no collection "pots" is described; did you mean "posts"?',
    ]);
  });

  it("gives routes to a bound collection whose paths are none of the preset's, and its key", async () => {
    const trigger = "{ type: pre-action, collection: articles, global: true, actions: [create] }";
    const { routes, collections } = await loaded(withSteps(trigger, "      []"));
    expect(routes.map(({ method, path, action }) => `${method} ${path} ${action}`)).to.deep.equal([
      "GET /v2/articles list",
      "POST /v2/articles create",
      "PUT /v2/articles update",
      "PATCH /v2/articles update",
      "DELETE /v2/articles destroy",
      "GET /v2/articles/:key get",
      "PUT /v2/articles/:key update",
      "PATCH /v2/articles/:key update",
      "DELETE /v2/articles/:key destroy",
    ]);
    expect(new Set(routes.map(({ collection }) => collection))).to.deep.equal(
      new Set(["articles"]),
    );
    expect(collections["articles"]).to.deep.equal({ primaryKey: "slug", associations: {} });
  });

  it("gives the route of an action behind a record", async () => {
    const trigger = "{ type: pre-action, collection: posts, global: true, actions: [publish] }";
    const { routes } = await loaded(withSteps(trigger, "      []"));
    expect(routes).to.deep.equal([
      { method: "POST", path: "/posts/:key/publish", collection: "posts", action: "publish" },
    ]);
  });

  it("opens no way past a guard: a path that a bound collection has already stays its own", async () => {
    const text = `${withSteps("{ type: pre-action, collection: posts, global: true, actions: [publish] }", "      []")}
  other:
    trigger: { type: pre-action, collection: publish, global: true, actions: [create] }
    steps: []`;
    expect((await loaded(text)).routes).to.deep.equal([]);
  });

  it("yields to what the configuration says of keys", async () => {
    const trigger = "{ type: pre-action, collection: articles, global: true, actions: [create] }";
    const text = `collections: { articles: { primaryKey: id } }\n${withSteps(trigger, "      []")}`;
    expect((await loaded(text)).collections["articles"]?.primaryKey).to.equal("id");
  });

  it("that is broken is a problem at its place in it", async () => {
    const files = { "openapi.yaml": "openapi: 3.0.0\npaths: {a: b: c}\n" };
    expect(await told(withSteps(SAVED, "      []"), files)).to.deep.equal([
      "openapi.yaml:2:12: Block collections are not allowed within flow collections",
    ]);
  });

  it("may be JSON: places in it are told all the same", async () => {
    const document = { openapi: "3.0.0", paths: { "/posts": { $ref: "#/x" } } };
    const files = { "openapi.yaml": JSON.stringify(document, null, 2) };
    expect(await told(withSteps(SAVED, "      []"), files)).to.deep.equal([
      'warning openapi.yaml:5:15: paths./posts.$ref: "#/x" leads nowhere',
    ]);
  });

  for (const [what, json, problem] of [
    [
      "a name twice",
      '{ "openapi": "3.0.0",\n  "paths": { "/a": {}, "/a": {} } }',
      /^openapi\.yaml:2:24: /,
    ],
    [
      "a number that no double can hold",
      '{ "openapi": "3.0.0",\n  "x": 1e400 }',
      /^openapi\.yaml:2:8: JSON has no such number/,
    ],
    [
      "a name that stands for the prototype",
      '{ "openapi": "3.0.0",\n  "x": { "__proto__": {} } }',
      /^openapi\.yaml:2:10: "__proto__" can't be a key/,
    ],
    [
      "bytes that are not UTF-8",
      Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]),
      /^openapi\.yaml:1:1: .*UTF-8/,
    ],
    [
      "more than 10 MB",
      `{ "openapi": "3.0.0", "x": "${"x".repeat(10_000_000)}" }`,
      /^openapi\.yaml:1:1: .*larger than 10 MB/,
    ],
  ] as const) {
    it(`in JSON with ${what} is a problem, as it is in YAML`, async () => {
      const problems = await told(withSteps(SAVED, "      []"), { "openapi.yaml": json });
      expect(problems, problems.join("\n")).to.have.length(1);
      expect(problems[0]).to.match(problem);
    });
  }

  it("with a reference to nothing is warned of, at its place", async () => {
    const files = { "openapi.yaml": 'openapi: 3.0.0\npaths: {/posts: {get: {$ref: "#/x/y"}}}\n' };
    expect(await told(withSteps(SAVED, "      []"), files)).to.deep.equal([
      'warning openapi.yaml:2:30: paths./posts.get.$ref: "#/x/y" leads nowhere',
    ]);
  });

  it("may be left out: then nothing is said of fields", async () => {
    const text = withSteps(SAVED, `      - { type: condition, if: "trigger.data.titel == 3" }`);
    expect(await told(text.replace(", openapi: openapi.yaml", ""))).to.deep.equal([]);
  });
});

/** A configuration whose collection has a schema. */
const withSchema = (schema: string, expression: string) => `identity: none
upstream: { url: "http://127.0.0.1:3000" }
collections: { posts: { schema: ${schema} } }
workflows:
  w:
    trigger: ${SAVED}
    steps: [{ type: condition, if: "${expression}" }]`;

describe("collections.<name>.schema", () => {
  const wrong = [
    'gateway.yaml:7:50: workflows.w.steps.0.if: posts has no field "titel"; did you mean "title"?',
  ];
  const schema = "{ type: object, properties: { title: { type: string } } }";

  it("tells the fields of records, written out", async () => {
    expect(await told(withSchema(schema, "trigger.data.titel == ''"), {})).to.deep.equal(wrong);
    expect(await told(withSchema(schema, "trigger.data.title == ''"), {})).to.deep.equal([]);
  });

  it("tells them in a file of its own", async () => {
    const files = { "post.yaml": schema };
    const written = withSchema("{ file: post.yaml }", "trigger.data.titel == ''");
    expect(await told(written, files)).to.deep.equal(wrong);
  });

  it("is a problem where there is no such file", async () => {
    expect(await told(withSchema("{ file: post.yaml }", "true"), {})).to.deep.equal([
      "gateway.yaml:3:33: collections.posts.schema: can't read the file post.yaml (ENOENT)",
    ]);
  });
});
