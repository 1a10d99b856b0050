import type { StepDetail } from "../../model/history.ts";
import { durationText, fitForTerminal, statusText, styled } from "../terminal.ts";
import type { StepFailure } from "../../model/step-error.ts";

/** A step, a branch or a turn of a loop, with what stands in it. */
interface Node {
  readonly name: string;
  /** One an attempt; none for a branch, a turn, or a step that has not ended. */
  readonly records: StepDetail[];
  readonly inside: Map<string, Node>;
}

/**
 * Steps as the lines of a tree, in the order in which they began. Each attempt has a line of its own, and its details below.
 *
 *     ├─ find  query  succeeded  12 ms
 *     └─ turns  loop  errored  31 ms
 *        └─ [0]
 *           ├─ pay  request  errored  10 ms  attempt 1  The service answered 503 [REQUEST_FAILED]
 *           └─ pay  request  succeeded  9 ms  attempt 2
 */
export function stepTree(
  steps: readonly StepDetail[],
  details: (step: StepDetail) => readonly string[] = () => [],
): string[] {
  const root: Node = { name: "", records: [], inside: new Map() };
  // A stable sort: what began in the same millisecond stays in the order in which it ended, inner steps before outer ones.
  for (const step of steps.toSorted((one, other) => compare(one.startedAt, other.startedAt))) {
    nodeAt(root, step.path).records.push(step);
  }
  return linesOf(root, details);
}

const compare = (one: string, other: string) => (one < other ? -1 : one > other ? 1 : 0);

/** Lines below the line of a step. */
type Details = (step: StepDetail) => readonly string[];

/** `turns[0].pay` → the node of `pay` in that of `[0]` in that of `turns`. */
function nodeAt(root: Node, path: string): Node {
  let node = root;
  for (const name of path.match(/\[\d+\]|[^.[]+/g) ?? []) {
    const inside = node.inside.get(name) ?? { name, records: [], inside: new Map() };
    node.inside.set(name, inside);
    node = inside;
  }
  return node;
}

function linesOf({ inside }: Node, details: Details): string[] {
  const nodes = [...inside.values()];
  return nodes.flatMap((node, index) => {
    const [first, below] = index === nodes.length - 1 ? ["└─ ", "   "] : ["├─ ", "│  "];
    const [own = "", ...others] = headsOf(node, details);
    return [
      `${first}${own}`,
      ...[...others, ...linesOf(node, details)].map((line) => `${below}${line}`),
    ];
  });
}

/** The line of a step; where it was tried more than once, one an attempt. */
function headsOf({ name, records }: Node, details: Details): string[] {
  if (records.length === 0) return [fitForTerminal(name)];
  return records.flatMap((record) => {
    const { type, status, durationMs, attempt, error } = record;
    const facts = [
      styled("bold", name),
      styled("dim", type),
      statusText(status),
      ...(status === "skipped" ? [] : [durationText(durationMs)]),
      ...(records.length > 1 || attempt > 1 ? [`attempt ${attempt}`] : []),
      ...(error === null ? [] : [failureText(error)]),
    ];
    const below = details(record).map((line) => `   ${styled("dim", fitForTerminal(line))}`);
    return [fitForTerminal(facts.join("  ")), ...below];
  });
}

/** `The service answered 503 [REQUEST_FAILED]` */
export const failureText = ({ message, code }: StepFailure): string =>
  code ? `${message} [${code}]` : message;
