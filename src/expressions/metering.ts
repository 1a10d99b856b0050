import type { ASTNode, Environment } from "@marcbachmann/cel-js";
import type { Budget } from "./budget.ts";
import { BINDING_MACROS } from "./names.ts";
import { children } from "./path.ts";

// cel-js has no hook for costs. Beside its public names, this file uses an evaluator's `run` and `tryEval`, and a node's
// `handle` and `evaluate`. package.json pins the version that has them; the tests of the budget hold them.

/** The object that evaluates the nodes of an environment's expressions. */
interface Evaluator {
  run(node: ASTNode, context: unknown): unknown;
  tryEval(node: ASTNode, context: unknown): unknown;
  debugType(value: unknown): unknown;
}

type Evaluate = (evaluator: Evaluator, node: ASTNode, context: unknown) => unknown;

/** A node's operation on its operands: `(left, right, …)` of an operator, `(operands, …)` of a function. */
type Handle = (first: unknown, second: unknown, ...rest: unknown[]) => unknown;

/**
 * Has an environment count each node that it evaluates, and end the evaluation when its budget is spent. `all`, `exists`,
 * `||` and `&&` may pass over an error that does not decide the result; they never pass over this one.
 * @param check sees the value of every name and field that is read; may throw
 */
export function meter(
  environment: Environment,
  budget: Budget,
  check: (value: unknown) => void,
): void {
  const evaluator = evaluatorOf(environment);
  const typeOf = evaluator.debugType.bind(evaluator);
  evaluator.run = (node, context) => {
    budget.spend(1);
    return (node as unknown as { evaluate: Evaluate }).evaluate(evaluator, node, context);
  };
  evaluator.tryEval = (node, context) => {
    try {
      return evaluator.run(node, context);
    } catch (error) {
      if (budget.isSpent()) throw error;
      return error;
    }
  };
  evaluator.debugType = (value) => {
    check(value);
    return typeOf(value);
  };
}

function evaluatorOf(environment: Environment): Evaluator {
  const parsed = environment.parse("true");
  let found: Evaluator | null = null;
  const evaluate: Evaluate = (evaluator) => {
    found = evaluator;
    return true;
  };
  Object.defineProperty(parsed.ast, "evaluate", { value: evaluate });
  parsed({});
  if (found === null)
    throw new Error("This version of cel-js evaluates in a way that is not known");
  return found;
}

/** Operators whose cost depends on the size of their operands. */
const SIZED: ReadonlySet<string> = new Set(["==", "!=", "in", "+"]);

/** Functions that take time independent of their operand's size. */
const CONSTANT_TIME: ReadonlySet<string> = new Set(["dyn", "type"]);

/** The cost of looking at two lists or objects, without the cost of their elements. */
const COMPARED = 8;

/** Of a text that is only read, so many characters cost one unit. */
const READ = 4;

/**
 * Has the nodes of a parsed expression count what their operations cost beyond the one unit of each node: the elements that
 * `==` and `in` compare, the texts and lists that functions read and make. In place, before the first evaluation.
 */
export function meterOperations(ast: ASTNode, budget: Budget): void {
  const visit = (node: ASTNode): void => {
    if (SIZED.has(node.op)) {
      const before = comparisonCost(node.op, budget);
      meterHandle(node, (left, right) => before(left, right), budget);
    } else if (node.op === "call") {
      if (!CONSTANT_TIME.has(node.args[0])) meterCall(node, node.args[0], budget);
    } else if (node.op === "rcall") {
      if (BINDING_MACROS.has(node.args[0])) meterRange(node.args[1], budget);
      else meterCall(node, node.args[0], budget);
    }
    for (const child of children(node)) visit(child);
  };
  visit(ast);
}

function meterCall(node: ASTNode, name: string, budget: Budget): void {
  // The size of a list is known; anything else that takes a list walks it.
  const walksLists = name !== "size";
  meterHandle(
    node,
    (operands) => {
      for (const operand of operands as unknown[]) {
        if (walksLists || !Array.isArray(operand)) budget.spend(sizeOf(operand, READ));
      }
    },
    budget,
  );
}

/** Wraps a node's operation, which cel-js chooses when it first checks the node. The size of its result is counted too. */
function meterHandle(
  node: ASTNode,
  before: (first: unknown, second: unknown) => void,
  budget: Budget,
): void {
  let own: Handle | null = null;
  const metered: Handle = (first, second, ...rest) => {
    before(first, second);
    const made = own?.(first, second, ...rest);
    if (typeof made === "object" || typeof made === "string") budget.spend(sizeOf(made, 1));
    return made;
  };
  Object.defineProperty(node, "handle", {
    get: () => (own === null ? null : metered),
    set(handle: Handle) {
      own = handle;
    },
  });
}

/** A macro makes a list of an object's keys before it begins. */
function meterRange(node: ASTNode, budget: Budget): void {
  const target = node as unknown as { evaluate: Evaluate };
  let own = target.evaluate;
  const metered: Evaluate = (...given) => {
    const range = own.apply(target, given);
    if (!Array.isArray(range)) budget.spend(sizeOf(range, READ));
    return range;
  };
  Object.defineProperty(node, "evaluate", {
    get: () => metered,
    set(evaluate: Evaluate) {
      own = evaluate;
    },
  });
}

function comparisonCost(op: string, budget: Budget): Handle {
  if (op === "+") return () => undefined;
  if (op !== "in") return (left, right) => spendComparison(left, right, budget);
  return (item, list) => {
    if (!Array.isArray(list)) return;
    if (typeof item === "object") for (const one of list) spendComparison(one, item, budget);
    budget.spend(list.length * (1 + sizeOf(item, READ * READ)));
  };
}

/** The cost of comparing two values, at most. Lists of different lengths differ at once. */
function spendComparison(left: unknown, right: unknown, budget: Budget): void {
  if (typeof left === "string") return budget.spend(sizeOf(left, READ));
  if (typeof left !== "object" || typeof right !== "object" || left === null || right === null)
    return;
  budget.spend(COMPARED);
  if (Array.isArray(left)) {
    if (!Array.isArray(right) || left.length !== right.length) return;
    left.forEach((item, at) => spendComparison(item, right[at], budget));
  } else if (!Array.isArray(right)) {
    for (const [name, item] of entriesOf(left))
      spendComparison(item, memberOf(right, name), budget);
  }
}

const entriesOf = (value: object): Iterable<[unknown, unknown]> =>
  value instanceof Map ? (value as Map<unknown, unknown>) : Object.entries(value);

const memberOf = (value: object, name: unknown): unknown =>
  value instanceof Map ? value.get(name) : (value as Record<string, unknown>)[String(name)];

/** Elements, members, bytes or characters of a value; `perUnit` of the latter two count as one. */
function sizeOf(value: unknown, perUnit: number): number {
  if (typeof value === "string") return Math.ceil(value.length / perUnit);
  if (typeof value !== "object" || value === null) return 0;
  if (Array.isArray(value)) return value.length;
  if (value instanceof Uint8Array) return Math.ceil(value.length / perUnit);
  if (value instanceof Map || value instanceof Set) return value.size;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null ? Object.keys(value).length : 0;
}
