import { expect } from "chai";
import { definitionCompiler } from "../../../src/config/compile/recorded.ts";
import type { ConfigParts } from "../../../src/config/load.ts";
import type { Definition, Workflow } from "../../../src/model/workflow.ts";
import { load, workflowOf, workflowPartsWith } from "../parts.ts";
import { shapeOf } from "../revived.ts";

const valuesOf = ({ steps }: Workflow) =>
  steps.map((step) => (step.configure({}) as { value: unknown }).value);

describe("a workflow's recorded definition", () => {
  it("gives the workflow again, with the environment of today", async () => {
    const { definition } = await guard(
      '      - { type: say, message: "${WORD} ${{ trigger.data }}" }\n',
      {
        WORD: "Hi",
      },
    );
    const { workflow } = compiler({ WORD: "Ho" })("guard", definition);
    const scope = { trigger: { data: "Ada" } };
    expect(workflow.steps[0]?.configure(scope)).to.include({ message: "Ho Ada" });
    expect(workflow).to.deep.include({ key: "guard", timeout: 30_000, definition });
  });

  it("keeps numbers apart from texts, as quotes did in YAML", async () => {
    const steps = `      - type: set
        name: a
        value: \${COUNT}
      - { type: set, name: b, value: "\${COUNT}" }
      - { type: set, name: c, value: '\${COUNT}' }
      - type: set
        name: d
        value:
          - \${COUNT}
          - "\${COUNT}"
          - x: \${COUNT}
            y: \${COUNT} pieces
`;
    const env = { COUNT: "7" };
    const written = await guard(steps, env);
    const { workflow } = compiler(env)("guard", written.definition);
    expect(valuesOf(workflow)).to.deep.equal([7, "7", "7", [7, "7", { x: 7, y: "7 pieces" }]]);
    expect(shapeOf(workflow)).to.deep.equal(shapeOf(written));
  });

  it("has integers that no double can hold to the last digit", async () => {
    const steps = `      - { type: set, name: a, value: 50755254975729665 }
      - type: set
        name: b
        value: { of: [-50755254975729665, -9007199254740993, 0x7fffffffffffffff, 9007199254740992, 017, 1_0, 1e3] }
`;
    const written = await guard(steps, {});
    const { workflow } = compiler({})("guard", written.definition);
    expect(valuesOf(written)).to.deep.equal([
      50755254975729665n,
      {
        of: [
          -50755254975729665n,
          -9007199254740993n,
          9223372036854775807n,
          9007199254740992,
          17,
          "1_0",
          1000,
        ],
      },
    ]);
    expect(valuesOf(workflow)).to.deep.equal(valuesOf(written));
    expect(written.definition.source).to.contain('"value":50755254975729665');
  });

  it("stays the JSON of what was written", async () => {
    const steps = "      - type: set\n        name: a\n        value: ${COUNT}\n";
    const { definition } = await guard(steps, { COUNT: "7" });
    expect(JSON.parse(definition.source)).to.deep.equal({
      trigger: { type: "pre-action", collection: "posts" },
      steps: [{ type: "set", name: "a", value: "${COUNT}" }],
    });
  });

  it("may hold any letters, and what aliases made longer than a file may be", async () => {
    const odd = JSON.stringify("\u0000 \u2028 \\ \"'${{ '}}' }} \u{1f600} # : - \ud800 %");
    const long = `"${"x".repeat(60_000)}"`;
    const steps = `      - { type: set, name: a, value: ${odd} }
      - { type: set, name: b, value: &long ${long} }
${"      - { type: set, name: c, value: *long }\n".repeat(20)}`;
    const written = await guard(steps);
    expect(written.definition.source.length).to.be.greaterThan(1_000_000);
    const { workflow } = compiler()("guard", written.definition);
    expect(shapeOf(workflow)).to.deep.equal(shapeOf(written));
  });

  it("names the secrets that it reads", async () => {
    const { definition } = await guard('      - { type: say, message: "${{ secrets.KEY }}" }\n');
    expect(compiler()("guard", definition).secrets).to.deep.equal(["KEY"]);
  });

  it("has the secrets that are written out in it where they are kept apart, and can't be used without", async () => {
    const { definition } = await guard(withToken("abc"));
    const other = (await guard(withToken("def"))).definition;
    expect(JSON.stringify(definition)).not.to.contain("abc");
    expect(other.hash).to.equal(definition.hash);
    const revive = compiler();
    expect(valuesOf(revive("guard", definition).workflow)).to.deep.equal([{ token: "abc" }]);
    expect(valuesOf(revive("guard", other).workflow)).to.deep.equal([{ token: "def" }]);
    const { hash, source } = definition;
    expect(() => revive("guard", { hash, source })).to.throw(
      Error,
      /a secret was written out in it/,
    );
  });

  it("is compiled once", async () => {
    const { definition } = await guard("      []\n");
    const revive = compiler();
    const { workflow } = revive("guard", definition);
    expect(revive("guard", { ...definition }).workflow).to.equal(workflow);
    expect(workflow).to.satisfy(Object.isFrozen);
  });

  it("that has not changed gives the workflow of the file, with the positions of its steps", async () => {
    const today = await guard("      - { type: say, message: a }\n");
    const revive = definitionCompiler(workflowPartsWith({}), [today]);
    expect(revive("guard", { ...today.definition }).workflow).to.equal(today);
    expect(revive("other", { ...today.definition }).workflow).to.not.equal(today);
  });

  it("may name a workflow that is gone: it fails when it runs", async () => {
    const source = JSON.stringify({
      trigger: { type: "pre-action", collection: "posts" },
      steps: [{ type: "run", workflow: "gone" }],
    });
    expect(compiler()("guard", { hash: "0".repeat(64), source }).workflow.steps).to.have.length(1);
  });

  describe("can't be compiled any more, and says why, when", () => {
    const cases: [title: string, source: unknown, reason: RegExp][] = [
      [
        "a type of step is gone",
        { trigger: { type: "pre-action", collection: "a" }, steps: [{ type: "nosuch" }] },
        /^The definition that workflow guard had then can't be compiled any more: guard@00000000:1:\d+: workflows.guard.steps.0.type: unknown step type "nosuch"/,
      ],
      [
        "a type of trigger is gone",
        { trigger: { type: "cron" }, steps: [] },
        /unknown trigger type "cron"/,
      ],
      [
        "a variable is not set any more",
        { trigger: { type: "pre-action", collection: "${GONE}" }, steps: [] },
        /the environment variable GONE is not set/,
      ],
      ["it is no workflow", "[]", /guard/],
    ];
    for (const [title, content, reason] of cases) {
      it(title, () => {
        const definition = { hash: "0".repeat(64), source: JSON.stringify(content) };
        expect(() => compiler()("guard", definition)).to.throw(Error, reason);
      });
    }

    it("it is cut", () => {
      const definition = { hash: "0".repeat(64), source: '{"steps":[' };
      expect(() => compiler()("guard", definition)).to.throw(Error, /can't be compiled any more/);
    });
  });
});

const withToken = (secret: string) =>
  `      - { type: set, name: a, value: { token: ${secret} } }\n`;

const compiler = (env: ConfigParts["env"] = {}) => definitionCompiler(workflowPartsWith(env), []);

async function guard(
  steps: string,
  env: ConfigParts["env"] = {},
): Promise<Workflow & { definition: Definition }> {
  const [workflow] = (await load(workflowOf(steps), env)).workflows;
  if (workflow === undefined) throw new Error("there is no workflow");
  return workflow;
}
