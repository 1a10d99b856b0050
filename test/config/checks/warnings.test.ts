import { checkProgram } from "../../../src/sandbox/syntax.ts";
import { expect } from "chai";
import { celLanguage } from "../../../src/expressions/language.ts";
import { loadConfig } from "../../../src/config/load.ts";
import { FILTER_OPERATORS } from "../../../src/model/filter-operators.ts";
import { problemText } from "../../../src/model/position.ts";
import { describeUpstream } from "../../../src/openapi/describe.ts";
import { jsonSchemas } from "../../../src/schemas/compile.ts";
import { presets } from "../../../src/proxy/apis/index.ts";
import { stepTypes } from "../../../src/steps/index.ts";
import { triggerTypes } from "../../../src/triggers/index.ts";
import { inFolder } from "../parts.ts";

describe("a configuration that can run, but may be mistaken, is warned of", () => {
  const cases: [what: string, text: string, warnings: readonly string[]][] = [
    [
      "an action near a known one",
      `upstream: { url: "http://127.0.0.1:3000" }
workflows:
  guard:
    trigger: { type: pre-action, collection: posts, global: true, actions: [creat, publish] }
    steps: []
`,
      ['gateway.yaml:4:77: "creat" is an action of the upstream\'s own; did you mean "create"?'],
    ],
    [
      "a fact that is not a JSON pointer",
      `upstream:
  url: "http://127.0.0.1:3000"
  api: { preset: rest, record: data }
`,
      ['gateway.yaml:3:32: is not a JSON pointer; did you mean "/data"?'],
    ],
    [
      "a url that repeats the prefix",
      `upstream:
  url: "http://127.0.0.1:3000/api"
  api: nocobase
`,
      [
        "gateway.yaml:2:8: ends with the prefix /api, which is appended to it: http://127.0.0.1:3000/api/api",
      ],
    ],
    [
      "a guard that no path leads to",
      `upstream: { url: "http://127.0.0.1:3000" }
workflows:
  guard:
    trigger: { type: pre-action, collection: blog/posts, global: true, actions: [create] }
    steps: []
`,
      [
        'gateway.yaml:4:46: no path leads to a collection called "blog/posts": a name is one segment of a path',
      ],
    ],
    [
      "operators in filters that nothing knows, at any depth",
      `upstream: { url: "http://127.0.0.1:3000" }
workflows:
  after:
    trigger: { type: post-action, collection: posts }
    steps:
      - { type: query, collection: posts, filter: { title: { $contains: a } }, failOnEmpty: true }
      - { type: update, collection: posts, filter: { $or: [{ age: { $gte: 3 } }, { age: { $gtee: 3 } }] }, values: {} }
`,
      [
        `gateway.yaml:6:62: unknown operator "$contains"; known are ${FILTER_OPERATORS.join(", ")}`,
        'gateway.yaml:7:91: unknown operator "$gtee"; did you mean "$gte"?',
      ],
    ],
    [
      "a custom action that acts, for every caller",
      `upstream: { url: "http://127.0.0.1:3000" }
identity: none
workflows:
  release:
    trigger: { type: custom-action, collection: samples }
    steps: [{ type: destroy, collection: samples, key: 1 }]
`,
      ["gateway.yaml:5:14: has steps that act, and no roles: every caller can make them run"],
    ],
  ];
  for (const [what, text, warnings] of cases) {
    it(`for ${what}`, async () => expect(await warningsOf(text)).to.deep.equal(warnings));
  }

  it("except for operators that NocoBase computes itself", async () => {
    const text = `upstream: { url: "http://127.0.0.1:3000", api: nocobase }
workflows:
  after:
    trigger: { type: post-action, collection: posts }
    steps: [{ type: query, collection: posts, filter: { title: { $includes: a } }, failOnEmpty: true }]
`;
    expect(await warningsOf(text)).to.deep.equal([]);
  });

  it("for each other door of Directus that is open past a guard", async () => {
    const warnings = await warningsOf(guarded("directus", "create", "/graphql, /graphql/system"));
    expect(
      warnings.map((text) => / (\/\S+) can write past workflow "guard"/.exec(text)?.[1]),
    ).to.deep.equal([
      "/utils/import/*",
      "/utils/revert/:id",
      "/versions/:id/promote",
      "/files/tus",
      "/schema/apply",
      "/mcp",
      "/websocket",
    ]);
    expect(warnings[0]).to.match(
      /^gateway.yaml:5:14: .*; close it: closed: \["\/utils\/import\/\*"\]$/,
    );
  });

  it("for PUT of PostgREST, which makes records, where a guard lists create alone", async () => {
    expect(await warningsOf(guarded("postgrest", "create", '"/rpc/*rest"'))).to.deep.equal([
      'gateway.yaml:5:14: posts:update can write past workflow "guard"; add them to its actions',
    ]);
    expect(await warningsOf(guarded("postgrest", "create, update", '"/rpc/*rest"'))).to.deep.equal(
      [],
    );
  });

  it("for the other actions of NocoBase that a guard does not list", async () => {
    expect(await warningsOf(guarded("nocobase", "create, updateOrCreate, move", ""))).to.deep.equal(
      [
        'gateway.yaml:5:14: posts:firstOrCreate, posts:importXlsx, posts:add, posts:set, posts:remove, posts:toggle can write past workflow "guard"; add them to its actions',
      ],
    );
  });

  it("for no door when only reading is guarded", async () => {
    expect(await warningsOf(guarded("directus", "list", ""))).to.deep.equal([]);
  });

  it("for a collection of Directus's own that no route leads to", async () => {
    const text = guarded("directus", "list", "").replace(
      "collection: posts",
      "collection: directus_users",
    );
    expect(await warningsOf(text)).to.deep.equal([
      `gateway.yaml:5:46: collections of the upstream's own are not below /items; name the paths of "directus_users" in routes`,
    ]);
    const route =
      "{ method: PATCH, path: /users/:key, collection: directus_users, action: update }";
    expect(await warningsOf(`${text}routes: [${route}]\n`)).to.deep.equal([]);
  });
});

const guarded = (
  api: string,
  actions: string,
  closed: string,
) => `upstream: { url: "http://127.0.0.1:3000", api: ${api} }
closed: [${closed}]
workflows:
  guard:
    trigger: { type: pre-action, collection: posts, global: true, actions: [${actions}] }
    steps: []
`;

/** The warnings of a configuration that has no problems. */
async function warningsOf(text: string): Promise<string[]> {
  return inFolder({ "gateway.yaml": text }, async (file, folder) => {
    const { warnings } = await loadConfig(file, {
      stepTypes,
      triggerTypes,
      presets,
      compileSchema: jsonSchemas(),
      checkProgram,
      describeUpstream,
      loadPlugin: () => Promise.resolve([]),
      env: {},
      languageOf: ({ expression }) => celLanguage(() => new Date(), expression),
    });
    return warnings.map((one) =>
      problemText({ ...one, message: one.message.replace(/^[\w.$]+: /, "") }).replaceAll(
        `${folder}/`,
        "",
      ),
    );
  });
}
