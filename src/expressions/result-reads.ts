import type { ASTNode } from "@marcbachmann/cel-js";
import type { Doubt, Told } from "../model/expression.ts";
import { type Path, children, isAccess, pathOf } from "./path.ts";

/** The names under which a run keeps what it computes. */
const KEPT: ReadonlySet<string> = new Set(["steps", "vars"]);

/**
 * Finds out which results and variables an expression reads, and where it reads a field of a result that may be null.
 * @param unsure ids of steps whose result may be null
 */
export function readResults(
  ast: ASTNode,
  unsure: readonly string[],
): Pick<Told, "doubts" | "asked" | "reads"> {
  const reads = new Set<string>();
  const asked = new Set<string>();
  const doubts: Doubt[] = [];
  const ask = (node: ASTNode | undefined) => {
    const place = node === undefined ? null : placeOf(pathOf(node));
    if (place !== null) asked.add(place);
  };

  const visit = (node: ASTNode): void => {
    if (isNullTest(node)) node.args.forEach(ask);
    if (node.op === "call" && node.args[0] === "has") ask(baseOf(node.args[1][0]));
    const path = pathOf(node);
    if (node.op === "id" && KEPT.has(node.args)) return void reads.add(`${node.args}.*`);
    if (isAccess(node)) {
      const base = node.args[0];
      const place = placeOf(pathOf(base));
      const id = place?.startsWith("steps.") ? place.slice("steps.".length) : null;
      if (node.op === ".?" || node.op === "[?]") ask(base);
      else if (id !== null && unsure.includes(id)) {
        doubts.push({ offset: base.start, message: nullMessage(id), unasked: `steps.${id}` });
      }
    }
    const own = placeOf(path);
    if (own === null) return children(node).forEach(visit);
    reads.add(own);
  };

  visit(ast);
  return { doubts, asked: [...asked], reads: [...reads] };
}

/** `steps.found`, of the path to that alone. */
const placeOf = (path: Path | null): string | null =>
  path !== null && KEPT.has(path.root) && path.fields.length === 1
    ? `${path.root}.${path.fields[0]}`
    : null;

const baseOf = (node: ASTNode | undefined): ASTNode | undefined =>
  node !== undefined && isAccess(node) ? node.args[0] : undefined;

/** Whether a node compares something with null. */
const isNullTest = (node: ASTNode): node is ASTNode & { op: "==" | "!=" } =>
  (node.op === "==" || node.op === "!=") &&
  node.args.some((side) => side.op === "value" && side.args === null);

const nullMessage = (id: string): string =>
  `steps.${id} is null when that step has failed; ask first: steps.${id} != null, or steps.${id}.?field`;
