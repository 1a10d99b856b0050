import { expect } from "chai";
import type { Expression } from "../../../src/model/expression.ts";
import type { Branch, Step } from "../../../src/model/step.ts";
import { StepError } from "../../../src/model/step-error.ts";
import { load, problemsOf, workflowOf } from "../parts.ts";

async function stepsOf(text: string): Promise<Branch> {
  return (await load(workflowOf(text))).workflows[0]?.steps ?? [];
}

async function stepOf(text: string): Promise<Step> {
  const [step] = await stepsOf(`      - ${text}\n`);
  if (!step) throw new Error("there is no step");
  return step;
}

const scope = (data: unknown) => ({ trigger: { data } });

describe("a step", () => {
  it("has a name: its id, or its type and its place", async () => {
    const [first, second, third] = await stepsOf(`
      - { type: say, message: a }
      - { id: greet, title: Greet, type: say, message: a }
      - { type: loop, over: 1, steps: [{ type: say, message: a }] }
`);
    expect([first?.name, second?.name, third?.name]).to.deep.equal(["say#0", "greet", "loop#2"]);
    expect([second?.id, second?.title]).to.deep.equal(["greet", "Greet"]);
    expect(first?.id).to.equal(null);
    const inner = third?.configure({}) as { steps: Branch } | undefined;
    expect(inner?.steps[0]?.name).to.equal("say#0");
    expect(inner?.steps[0]?.at).to.include({ line: 10, col: 40 });
  });

  it("goes on without a guard, is tried once, and fails the run, unless it says otherwise", async () => {
    const plain = await stepOf("{ type: say, message: a }");
    expect(plain).to.deep.include({ if: null, timeout: null, onError: "fail" });
    expect(plain.retry).to.deep.equal({
      attempts: 1,
      delay: 1_000,
      factor: 2,
      maxDelay: 30_000,
    });

    const rich = await stepOf(
      "{ type: say, message: a, if: trigger.data, timeout: 2s, retry: { attempts: 3, delay: 10ms }, onError: continue }",
    );
    expect(rich.if?.evaluate(scope(true))).to.equal(true);
    expect(rich).to.include({ timeout: 2_000, onError: "continue" });
    expect(rich.retry).to.include({ attempts: 3, delay: 10 });
  });

  it("may have a list of steps for when it errs", async () => {
    const { onError } = await stepOf(
      "{ type: say, message: a, onError: [{ type: say, message: b }] }",
    );
    expect((onError as Branch).map(({ name }) => name)).to.deep.equal(["say#0"]);
  });

  it("whose type has an `if` of its own is not guarded by it", async () => {
    const step = await stepOf("{ type: check, if: trigger.data }");
    expect(step.if).to.equal(null);
    const config = step.configure({}) as { if: Expression };
    expect(config.if.evaluate(scope(7))).to.equal(7);
    expect(config.if.source).to.equal("trigger.data");
  });

  it("takes YAML's own true and numbers for expressions, and one in ${{ }}", async () => {
    for (const [text, value] of [
      ["true", true],
      ["3", 3],
      ["${{ trigger.data }}", "x"],
      ["'  ${{ trigger.data }} '", "x"],
    ] as const) {
      const { over } = (
        await stepOf(`{ type: loop, over: "${text}", steps: [] }`.replace(/"'|'"/g, "'"))
      ).configure({}) as { over: Expression };
      expect(over.evaluate(scope("x"))).to.equal(value);
    }
  });
});

describe("a step's configuration", () => {
  it("is made once, and frozen, when nothing in it is computed", async () => {
    const step = await stepOf("{ type: say, message: a, tags: [b] }");
    const config = step.configure({});
    expect(config).to.deep.equal({ message: "a", level: "low", tags: ["b"] });
    expect(step.configure(scope(1))).to.equal(config);
    expect(Object.isFrozen((config as { tags: string[] }).tags)).to.equal(true);
    expect(step.plain).to.equal(true);
  });

  it("is evaluated each time, at any depth, and keeps the type of a lone expression", async () => {
    const step = await stepOf(
      '{ type: call, url: "http://h", body: { a: ["${{ trigger.data }}", 1, "x"], b: "n=${{ trigger.data }}" } }',
    );
    expect(step.configure(scope(5))).to.deep.include({ body: { a: [5, 1, "x"], b: "n=5" } });
    expect(step.configure(scope(6))).to.deep.include({ body: { a: [6, 1, "x"], b: "n=6" } });
  });

  it("is checked again when it runs: what an expression gave may be wrong", async () => {
    const step = await stepOf('{ type: say, message: a, count: "${{ trigger.data }}" }');
    expect(step.configure(scope(3))).to.include({ count: 3 });
    for (const wrong of ["3", 0, 1.5, null]) {
      expect(() => step.configure(scope(wrong)))
        .to.throw(StepError, /^count: should be/)
        .with.property("code", "BAD_STEP_CONFIG");
    }
  });

  it("is judged when it runs where an expression stands, even as one of several forms", async () => {
    for (const tags of ['"${{ trigger.data }}"', '["${{ trigger.data }}"]']) {
      const step = await stepOf(`{ type: say, message: a, tags: ${tags} }`);
      expect(step.configure(scope("x"))).to.have.property("tags");
      expect(() => step.configure(scope(1))).to.throw(StepError, /tags/);
    }
  });

  it("holds the steps of its branches, and those of branches in lists", async () => {
    const step = await stepOf(
      "{ type: check, if: true, then: [{ type: say, message: a }], cases: [{ if: trigger.data, steps: [{ id: b, type: say, message: a }] }] }",
    );
    const config = step.configure({}) as {
      then: Branch;
      else?: Branch;
      cases: { if: Expression; steps: Branch }[];
    };
    expect(config.then.map(({ name }) => name)).to.deep.equal(["say#0"]);
    expect(config.else).to.equal(undefined);
    expect(config.cases[0]?.if.evaluate(scope(1))).to.equal(1);
    expect(config.cases[0]?.steps.map(({ name }) => name)).to.deep.equal(["b"]);
    expect(step.plain).to.equal(false);
  });

  it("keeps an escaped ${{ as text", async () => {
    const step = await stepOf('{ type: say, message: "$${{ a }}" }');
    expect(step.configure({})).to.include({ message: "${{ a }}" });
  });
});

const urlOf = async (url: string) =>
  ((await stepOf(`{ type: call, url: "${url}" }`)).configure(scope("x")) as { url: unknown }).url;

describe("a URL of a step", () => {
  for (const host of [
    "169.254.169.254",
    "2852039166",
    "0xa9fea9fe",
    "0251.0376.0251.0376",
    "[::ffff:169.254.169.254]",
    "[fe80::1]",
    "me:pw@169.254.169.254",
    "metadata.google.internal.",
    "0.0.0.0",
  ]) {
    it(`is refused when it leads to a metadata or link-local address: ${host}`, async () => {
      for (const url of [`http://${host}/latest`, `http://${host}/\${{ trigger.data }}`]) {
        const [problem, ...others] = await problemsOf(
          workflowOf(`      - { type: call, url: "${url}" }\n`),
        );
        expect(problem).to.match(/^gateway.yaml:7:\d+: .*url: leads to a link-local or metadata/);
        expect(others).to.deep.equal([]);
      }
    });
  }

  it("is literal when no expression can change where it leads", async () => {
    for (const url of [
      "http://h",
      "https://h:8080/a",
      "http://h/${{ trigger.data }}",
      "http://h?${{ trigger.data }}",
    ]) {
      expect(await urlOf(url)).to.deep.equal({
        url: url.replace("${{ trigger.data }}", "x"),
        literalOrigin: true,
      });
    }
  });

  for (const url of [
    "${{ trigger.data }}",
    "${{ trigger.data }}://h/",
    "http://${{ trigger.data }}/",
    "http://h${{ trigger.data }}/",
    "http://h:${{ trigger.data }}/",
    "http://h@${{ trigger.data }}/",
    "http:${{ trigger.data }}",
    "http:/${{ trigger.data }}",
    "http:///${{ trigger.data }}",
    "http://h\\\\${{ trigger.data }}",
  ]) {
    it(`is computed when an expression may steer it elsewhere (SSRF): ${url}`, async () => {
      expect(await urlOf(url)).to.deep.include({ literalOrigin: false });
    });
  }
});
