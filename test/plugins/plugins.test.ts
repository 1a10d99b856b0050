import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "chai";
import request from "supertest";
import { z } from "zod";
import type { Outline } from "../../src/graph/outline.ts";
import type { RunDetail, RunPage } from "../../src/model/history.ts";
import type { Json } from "../../src/model/json.ts";
import type { StepContext } from "../../src/model/step-context.ts";
import { type StepType, defineStep } from "../../src/model/step-type.ts";
import { guarded } from "../../src/plugins/guarded.ts";
import { on } from "../../src/steps/parts/outcomes.ts";
import { inFolder } from "../config/parts.ts";
import { type Urls, run, sidehook } from "../support/command.ts";
import { startUpstream } from "../support/upstream.ts";

/** A plugin with one step type, which gives what a text computes of its configuration and its context. */
const plugin = (type: string, result: string, more = "") => `
import { StepError, defineStep, fields, on, z } from "sidehook";
export const helper = () => 1;
export const one = defineStep({
  type: "${type}", title: "T", about: "A", result: "R", ${more}
  config: z.strictObject({ text: z.string().default(""), steps: fields.steps.optional() }),
  run: async (config, context) => on(${result}),
});
`;

const yaml = (plugins: string, step: string, more = "") => `${more}
upstream: { url: "http://127.0.0.1:3000" }
identity: { jwt: { secret: 0123456789abcdef0123456789abcdef, algorithms: [HS256] } }
plugins: ${plugins}
workflows:
  own:
    trigger: { type: custom-action, collection: orders, sync: true, roles: [a] }
    steps:
      - ${step}
`;

const packageJson = '{ "type": "module" }';

/** What a command tells of a configuration: the lines of its output. */
const told = (files: Readonly<Record<string, string>>, ...args: string[]): Promise<string[]> =>
  inFolder({ ...files, "package.json": packageJson }, async (_file, cwd) => {
    const { stdout, stderr } = await sidehook(args, { cwd });
    return `${stdout}${stderr}`.trimEnd().split("\n");
  });

const problemsOf = (files: Readonly<Record<string, string>>) => told(files, "check");

const FINE = ["gateway.yaml is fine"];

describe("a plugin", () => {
  it("is a file beside the configuration, or a package", async () => {
    const files = {
      "gateway.yaml": yaml("[./steps/a.js, acme-steps]", "{ type: a, steps: [{ type: b }] }"),
      "steps/a.js": plugin("a", "config.text"),
      "node_modules/acme-steps/package.json": JSON.stringify({
        name: "acme-steps",
        type: "module",
        exports: { import: "./steps.js" },
      }),
      "node_modules/acme-steps/steps.js": plugin("b", "null"),
    };
    expect(await problemsOf(files)).to.deep.equal(FINE);
  });

  it("may export several step types, also as a list", async () => {
    const source = `
import { defineStep, on, z } from "sidehook";
const words = { title: "T", about: "A", result: "R", config: z.strictObject({}), run: () => on(1) };
export default [defineStep({ type: "a", ...words }), defineStep({ type: "b", ...words })];
`;
    const files = { "gateway.yaml": yaml("[./a.js]", "{ type: b }"), "a.js": source };
    expect(await problemsOf(files)).to.deep.equal(FINE);
  });

  it("has the checks of configurations: of its keys, and of the steps inside", async () => {
    const step = "{ type: a, txt: hi, steps: [{ type: b }] }";
    const files = { "gateway.yaml": yaml("[./a.js]", step), "a.js": plugin("a", "null") };
    const problems = await problemsOf(files);
    expect(problems).to.have.length(2);
    expect(problems[0]).to.equal(
      'gateway.yaml:9:20: workflows.own.steps.0: unknown key "txt"; did you mean "text"?',
    );
    expect(problems[1]).to.match(
      /^gateway\.yaml:9:45: workflows\.own\.steps\.0\.steps\.0\.type: unknown step type "b"; known are condition, .*, a$/,
    );
  });

  it("that acts is one: everyone could make it run", async () => {
    const files = {
      "gateway.yaml": yaml("[./a.js]", "{ type: a }").replace(", roles: [a]", ""),
      "a.js": plugin("a", "null", "acts: true,"),
    };
    expect((await problemsOf(files))[0]).to.include("has steps that act, and no roles");
  });

  it("is in the JSON Schema of the configuration", async () => {
    const files = { "gateway.yaml": yaml("[./a.js]", "{ type: a }"), "a.js": plugin("a", "null") };
    const schema = (await told(files, "schema")).join("").replace(/\s/g, "");
    expect(schema).to.include('"type":{"const":"a"}');
  });

  it("is in the graph of a workflow, with the steps inside", async () => {
    const files = {
      "gateway.yaml": yaml("[./a.js]", "{ type: a, steps: [{ type: log, message: m }] }"),
      "a.js": plugin("a", "null"),
    };
    const graph = (await told(files, "graph", "own", "--json")).join("");
    expect((JSON.parse(graph) as Outline).steps[0]?.branches[0]?.steps[0]?.type).to.equal("log");
  });

  for (const [what, source, expected] of [
    [
      "throws while it is loaded",
      "\n\n  throw new Error('no key');\n",
      /^gateway\.yaml:4:11: plugins\.0: can't be loaded: \.\/a\.js:3:9: no key$/,
    ],
    [
      "is not JavaScript",
      "import { defineStep } from 'sidehook';\nexport defineStep(\n",
      /^gateway\.yaml:4:11: plugins\.0: can't be loaded: \.\/a\.js:2: /,
    ],
    [
      "imports what is not there",
      "import 'no-such-package';\n",
      /^gateway\.yaml:4:11: plugins\.0: can't be loaded: Cannot find package 'no-such-package' imported from .*a\.js/,
    ],
    [
      "exports no step type",
      "export const one = { type: 'a', run() {} };\n",
      /^gateway\.yaml:4:11: plugins\.0: it exports no step type; export what defineStep returns$/,
    ],
    [
      "has the name of an existing step type",
      plugin("request", "null"),
      /^gateway\.yaml:4:11: plugins\.0: there is a step type "request" already$/,
    ],
    [
      "has a key that is not known",
      plugin("a", "null", "act: true,"),
      /^gateway\.yaml:4:11: plugins\.0: can't be loaded: \.\/a\.js:4:\d+: defineStep: unknown key "act"; did you mean "acts"\?$/,
    ],
    [
      "has a name that is none",
      plugin("A b", "null"),
      /defineStep: type should be a name of small letters, digits and -$/,
    ],
    [
      "has no schema",
      "import { defineStep } from 'sidehook';\nexport const a = defineStep({ type: 'a', title: '', about: '', result: '', config: {}, run() {} });\n",
      /\.\/a\.js:2:\d+: defineStep: config should be a schema of a mapping: z\.strictObject\(\{ … \}\)$/,
    ],
  ] as const) {
    it(`that ${what} is a problem with its place`, async () => {
      const files = {
        "gateway.yaml": yaml("[./a.js]", "{ type: log, message: m }"),
        "a.js": source,
      };
      const problems = await problemsOf(files);
      expect(problems[0]).to.match(expected);
    });
  }

  it("that is not there is a problem with its place", async () => {
    const files = { "gateway.yaml": yaml("[./a.js, nowhere, 7]", "{ type: log, message: m }") };
    expect((await problemsOf(files)).map((one) => one.replace(/ \/.*\//, " "))).to.deep.equal([
      "gateway.yaml:4:11: plugins.0: can't read the file a.js (ENOENT)",
      "gateway.yaml:4:19: plugins.1: there is no package nowhere in node_modules here or above; a path begins with ./",
      "gateway.yaml:4:28: plugins.2: should be a text",
    ]);
  });

  it("that two step types of one name are in is a problem at the second", async () => {
    const files = {
      "gateway.yaml": yaml("[./a.js, ./b.js]", "{ type: a }"),
      "a.js": plugin("a", "1"),
      "b.js": plugin("a", "2"),
    };
    expect(await problemsOf(files)).to.deep.equal([
      'gateway.yaml:4:19: plugins.1: there is a step type "a" already',
    ]);
  });
});

describe("a gateway with a plugin", () => {
  it("runs its steps, and has the changed file after a reload", async () => {
    const key = "config.text + context.idempotencyKey.endsWith(':a')";
    const [first, second] = await answers(key, "[config.text, 2]");
    expect([first, second]).to.deep.equal([{ data: "hitrue" }, { data: ["hi", 2] }]);
  });

  it("takes results as JSON, and errs for what a step throws", async () => {
    const [first, second, code] = await answers(
      "{ at: new Date(0), n: undefined }",
      "(() => { throw new StepError('SLACK_FAILED', 'no'); })()",
    );
    expect(first).to.deep.equal({ data: { at: "1970-01-01T00:00:00.000Z" } });
    expect(second).to.have.property("errors");
    expect(code).to.equal("SLACK_FAILED");
  });
});

type Run = (config: unknown, context: StepContext) => unknown;

const stepWith = (act: Run): StepType =>
  guarded(
    defineStep({
      type: "own",
      title: "",
      about: "",
      result: "",
      config: z.looseObject({}),
      run: act as StepType["run"],
    }),
  );

/** What its run is, and what it did. */
async function walk(act: Run, scope: Readonly<Record<string, Json>> = {}) {
  const said: unknown[] = [];
  const put: unknown[] = [];
  const context = {
    scope,
    say: (text: unknown) => said.push(text),
    assign: (name: string, value: unknown) => put.push([name, value]),
    output: (value: unknown) => put.push(value),
    remember: (_name: string, decide: () => unknown) => put.push(decide()),
  } as unknown as StepContext;
  const outcome = await Promise.resolve(stepWith(act).run({}, context)).catch(
    (error: unknown) => error as Error,
  );
  return { outcome, said, put };
}

describe("a step of a plugin that no compiler has checked", () => {
  for (const [what, given, message] of [
    ["nothing", undefined, "gave no outcome"],
    ["a way that there is not", { go: "banana", result: 1 }, "gave no outcome"],
    ["an end without a status", { go: "end", result: null }, "gave no outcome"],
    ["an end with another status", { go: "end", status: "odd", result: null }, "gave no outcome"],
    ["a function", on((() => 1) as never), "is not JSON: it is a function"],
    ["a circle", on(circle() as never), "is not JSON: Converting circular"],
    ["a response without a status", { go: "end", status: "succeeded", response: {} }, "200 to 599"],
    [
      "a header with a line break (response splitting)",
      { go: "end", status: "succeeded", response: { status: 200, headers: { a: "b\r\nc: d" } } },
      "Invalid character in header",
    ],
    [
      "a body that is not JSON",
      { go: "end", status: "succeeded", response: { status: 200, body: () => 1 } },
      "it is a function",
    ],
  ] as const) {
    it(`errs where it gives ${what}, and is not tried again`, async () => {
      const { outcome } = await walk(() => given);
      expect(outcome).to.include({ code: "BAD_OUTCOME", retryable: false });
      expect((outcome as Error).message).to.include(message);
    });
  }

  it("ends the run as a branch inside it has", async () => {
    const response = { status: 418, headers: { a: "b" }, body: { a: 1 } };
    const end = { go: "end", status: "succeeded", result: 1, response } as const;
    expect((await walk(() => end)).outcome).to.deep.equal({ ...end, refused: false });
  });

  it("says texts, and assigns, puts out and remembers JSON", async () => {
    const { said, put } = await walk((_, context) => {
      context.say(5 as never);
      context.assign("a", new Date(0) as never);
      context.output(undefined as never);
      return context.remember("b", () => ({ at: new Date(0) }) as never);
    });
    expect(said).to.deep.equal(["5"]);
    const at = "1970-01-01T00:00:00.000Z";
    expect(put).to.deep.equal([["a", at], null, { at }]);
    for (const ability of ["output", "remember"] as const) {
      const given = (() => () => 1) as never;
      const { outcome } = await walk((_, context) =>
        ability === "output" ? context.output(given) : context.remember("b", given),
      );
      expect(outcome, ability).to.include({ code: "BAD_OUTCOME" });
    }
  });

  it("errs where it changes what other steps see", async () => {
    const scope = {
      trigger: { data: { lines: [{ qty: 1 }] } },
      steps: { read: { a: [] } },
      vars: { list: [2, 1] },
    };
    const changes: ((scope: never) => unknown)[] = [
      ({ trigger }: typeof scope) => ((trigger.data.lines[0] as { qty: number }).qty = 2),
      ({ steps }: typeof scope) => steps.read.a.push(1 as never),
      ({ vars }: typeof scope) => vars.list.fill(0),
    ];
    for (const change of changes) {
      const { outcome } = await walk((_, context) => change(context.scope as never), scope);
      expect(outcome).to.be.an.instanceOf(TypeError);
    }
    expect(scope).to.deep.equal({
      trigger: { data: { lines: [{ qty: 1 }] } },
      steps: { read: { a: [] } },
      vars: { list: [2, 1] },
    });
    Object.assign(scope.vars, { more: 1 });
  });
});

function circle(): object {
  const all: { self?: object } = {};
  all.self = all;
  return all;
}

/** What a step answers, before and after its plugin has changed. */
async function answers(before: string, after: string): Promise<unknown[]> {
  const upstream = await startUpstream();
  const head = "listen: { port: 0 }\nadmin: { port: 0 }\nlog: { level: error, format: json }";
  const text = yaml(
    "[./a.js]",
    "{ id: a, type: a, text: hi }\n      - { type: output, value: '${{ steps.a }}' }",
    head,
  )
    .replace("http://127.0.0.1:3000", upstream.url)
    .replace(", roles: [a]", "")
    .replace(/^identity:.*$/m, "identity: none");
  const files = {
    "gateway.yaml": text,
    "a.js": plugin("a", before),
    "package.json": packageJson,
  };
  return inFolder(files, async (_file, folder) => {
    const gateway = run<Urls>("bin/sidehook.js", ["start"], { cwd: folder });
    const { url, adminUrl } = await gateway.serving;
    const ask = async () => {
      const { body } = await request(url).post("/orders:trigger?triggerWorkflows=own").send({});
      return body as unknown;
    };
    const first = await ask();
    await writeFile(join(folder, "a.js"), plugin("a", after));
    await request(adminUrl).post("/reload").send({}).expect(200);
    const second = await ask();
    const metrics = await request(adminUrl).get("/metrics");
    expect(metrics.text).to.include('sidehook_step_duration_seconds_count{type="a"}');
    const { body: page } = await request(adminUrl).get("/runs");
    const [newest] = (page as RunPage).runs;
    const { body: ended } = await request(adminUrl).get(`/runs/${newest?.id}`);
    gateway.process.kill("SIGTERM");
    await gateway.ended;
    await upstream.stop();
    return [first, second, (ended as RunDetail).steps[0]?.error?.code];
  });
}
