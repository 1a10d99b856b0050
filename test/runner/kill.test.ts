import { expect } from "chai";
import {
  array,
  assert,
  asyncProperty,
  boolean,
  constantFrom,
  integer,
  letrec,
  oneof,
  record,
} from "fast-check";
import type { RunEnd } from "../../src/model/run.ts";
import type { Branch, Step } from "../../src/model/step.ts";
import { stepTypes } from "../../src/steps/index.ts";
import { act, branch, expression, step } from "./builders.ts";
import { type Keeping, lives, nothingKept } from "./lives.ts";

describe("a run whose process is killed at any commit", () => {
  it("ends as it would have, and each of its effects is done, and none that would not have been", async () => {
    const ends = asyncProperty(workflows, async (nodes) => {
      const { end, effects, kept } = await played(nodes, Infinity);
      for (let dieAt = 1; dieAt <= kept.commits.length; dieAt++) {
        const again = await played(nodes, dieAt);
        expect(visible(again.end), `killed at ${dieAt}`).to.deep.equal(visible(end));
        expect(new Set(again.effects.keys())).to.deep.equal(new Set(effects.keys()));
        expect(attemptsOf(again.kept)).to.deep.equal(attemptsOf(kept));
      }
    });
    await assert(ends, { numRuns: 60 });
  }).timeout(120_000);

  it("goes the way that it had decided on, though it would decide otherwise now", async () => {
    const ends = asyncProperty(workflows, integer({ min: 1, max: 30 }), async (nodes, dieAt) => {
      const { effects, kept } = await played(nodes, dieAt, fickle());
      for (const key of effects.keys()) {
        const other = key.replace(/\.then\./, ".else.");
        if (other !== key)
          expect([...effects.keys()].filter((one) => one === other)).to.deep.equal([]);
      }
      const done = kept.steps.filter(
        ({ type, status }) => type === "act" && status === "succeeded",
      );
      const committed = new Set(done.map(({ path }) => `run-1:${path}`));
      for (const key of effects.keys()) expect(committed).to.include(key);
    });
    await assert(ends, { numRuns: 200 });
  }).timeout(120_000);
});

/** What is compared of an end: branches side by side may speak in any order. */
const visible = ({ status, messages, output, error }: RunEnd) => ({
  status,
  messages: messages.toSorted(),
  output,
  error: error?.message ?? null,
});

/** Which attempts were committed, and how they came out; one that was only canceled is made once more. */
const attemptsOf = ({ steps }: Keeping) =>
  steps
    .filter(({ status }) => status !== "canceled")
    .map(({ path, attempt, status }) => `${path} ${attempt} ${status}`)
    .toSorted();

/** One step of a workflow that is drawn. */
type Node =
  | { readonly kind: "count"; readonly failures: number; readonly retryDelay: number }
  | { readonly kind: "fail"; readonly onError: boolean }
  | { readonly kind: "delay"; readonly seconds: number }
  | { readonly kind: "condition"; readonly then: Node[]; readonly else: Node[] }
  | { readonly kind: "loop"; readonly times: number; readonly steps: Node[] }
  | { readonly kind: "parallel"; readonly settled: boolean; readonly branches: Node[][] };

const kind = <K extends Node["kind"]>(name: K) => constantFrom(name);

const { nodes: workflows } = letrec<{ node: Node; nodes: Node[] }>((tie) => {
  const nodes = array(tie("node"), { maxLength: 3, depthIdentifier: "nesting" });
  return {
    nodes,
    node: oneof(
      { depthIdentifier: "nesting", depthSize: "small" },
      record({
        kind: kind("count"),
        failures: integer({ min: 0, max: 2 }),
        retryDelay: constantFrom(10, 30_000),
      }),
      record({ kind: kind("fail"), onError: boolean() }),
      record({ kind: kind("delay"), seconds: integer({ min: 0, max: 3 }) }),
      // oxlint-disable-next-line unicorn/no-thenable -- a list of steps
      record({ kind: kind("condition"), then: nodes, else: nodes }),
      record({ kind: kind("loop"), times: integer({ min: 0, max: 3 }), steps: nodes }),
      record({
        kind: kind("parallel"),
        settled: boolean(),
        branches: array(nodes, { minLength: 1, maxLength: 3 }),
      }),
    ),
  };
});

/** Decides otherwise each time. */
function fickle() {
  let asked = 0;
  return () => asked++ % 2 === 0;
}

/** Plays a workflow to its end. `effects`: how often each was done, by idempotency key. */
async function played(nodes: Node[], dieAt: number, decide: () => boolean = () => true) {
  const kept = nothingKept();
  const effects = new Map<string, number>();
  const stepOf = (node: Node): Step => {
    switch (node.kind) {
      case "count":
        return act(
          async ({ path, idempotencyKey, say, assign, scope }) => {
            await new Promise(setImmediate);
            effects.set(idempotencyKey, (effects.get(idempotencyKey) ?? 0) + 1);
            const failed = kept.steps.filter(
              (one) => one.path === path && one.status === "errored",
            );
            if (failed.length < node.failures) throw new Error("busy");
            say(path);
            assign(`v${path.length}`, Object.keys(scope["vars"] as object).length);
            return path;
          },
          { retry: { attempts: 3, delay: node.retryDelay, maxDelay: node.retryDelay } },
          { acts: true },
        );
      case "fail":
        return act(
          () => {
            throw new Error("broken");
          },
          { onError: node.onError ? branch(stepOf(count)) : "continue" },
        );
      case "delay":
        return typed("delay", { for: `${node.seconds * 3}s` });
      case "condition":
        return typed("condition", {
          if: expression("decide()", decide),
          // oxlint-disable-next-line unicorn/no-thenable -- a list of steps
          then: branchOf(node.then),
          else: branchOf(node.else),
        });
      case "loop":
        return typed("loop", {
          over: expression("times", () => node.times),
          while: expression("decide()", (scope) => decide() || "each" in scope),
          steps: branchOf(node.steps),
        });
      case "parallel":
        return typed("parallel", {
          branches: node.branches.map(branchOf),
          mode: node.settled ? "allSettled" : "all",
        });
    }
  };
  const branchOf = (list: Node[]): Branch => branch(...list.map(stepOf));
  const end = await lives(branchOf(nodes), kept, dieAt);
  return { end, effects, kept };
}

const count: Node = { kind: "count", failures: 0, retryDelay: 10 };

/** A step of a real type. */
function typed(name: string, config: object): Step {
  const type = stepTypes.get(name);
  if (type === undefined) throw new Error(`there is no step type ${name}`);
  const plain = name === "delay";
  return step(type, type.config.parse(config), { plain });
}
