import { type Json, type JsonObject, isJsonObject, jsonText } from "../../model/json.ts";
import { didYouMean } from "../../model/nearest.ts";
import type { Problem } from "../../model/position.ts";
import type { UpstreamTypes } from "../../model/upstream-types.ts";
import { ANY, type ObjectType, type ValueType, isScalar } from "../../model/value-type.ts";
import { isAroundAction } from "../../model/workflow.ts";
import type { WrittenStep } from "../compile/context.ts";
import type { SchemaFiles } from "../compile/schema-files.ts";
import type { CompiledWorkflow } from "../compile/workflow.ts";
import { OPEN } from "../schema/check.ts";
import type { Path, Source } from "../yaml/source.ts";

/**
 * What may be wrong in workflows as documents describe the upstream: collections that are not described, values that no
 * record takes, and filters by fields that no record has. See docs/types.md.
 */
export function describedWarnings(
  main: Source,
  compiled: readonly CompiledWorkflow[],
  types: UpstreamTypes,
  files: SchemaFiles,
): Problem[] {
  if (types.size === 0) return deadReferences(files);
  const spoken = [...types.keys(), ...main.keysAt(["collections"])];
  return [
    ...compiled.flatMap((one) => unknownCollections(one, spoken)),
    ...compiled.flatMap((one) => one.written.flatMap((step) => oddValues(step, one, types))),
    ...deadReferences(files),
  ];
}

/** A collection whose name is near to a described one. Others may be there all the same. */
function unknownCollections(
  { workflow: { key, trigger }, written, source }: CompiledWorkflow,
  known: readonly string[],
): Problem[] {
  const bound = "collection" in trigger ? trigger.collection : null;
  const named: (readonly [unknown, Path])[] = [
    [bound, ["workflows", key, "trigger", "collection"]],
    ...written.map(({ raw, path }) => [raw["collection"], [...path, "collection"]] as const),
  ];
  return named.flatMap(([name, path]) => {
    if (typeof name !== "string" || known.includes(name)) return [];
    const hint = didYouMean(name, known);
    return hint === "" ? [] : [source.problem(path, `no collection "${name}" is described${hint}`)];
  });
}

/** Values and filters of a step that do not fit the records that they are for. */
function oddValues(
  { type, raw, path }: WrittenStep,
  { workflow: { trigger }, source }: CompiledWorkflow,
  types: UpstreamTypes,
): Problem[] {
  const isChange = type.type === "set-request";
  const name = isChange && isAroundAction(trigger) ? trigger.collection : raw["collection"];
  const collection = typeof name === "string" ? types.get(name) : undefined;
  if (collection === undefined) return [];
  const actions = isChange && isAroundAction(trigger) ? trigger.actions : [type.type];
  const wanted = actions
    .map((action) => collection.actions.get(action)?.values ?? ANY)
    .filter((one) => one.kind === "object");
  const report = (at: Path, message: string, key?: string) =>
    source.problem(at, message, key === undefined ? {} : { key });
  const values = raw["values"];
  const problems =
    isJsonObject(values) && wanted.length > 0
      ? oddFields(values, wanted, [...path, "values"], report)
      : [];
  const { record } = collection;
  const filter = raw["filter"];
  const filtered =
    isJsonObject(filter) && record.kind === "object"
      ? oddFilter(filter, record, [...path, "filter"], report)
      : [];
  return [...problems, ...filtered];
}

type Report = (at: Path, message: string, key?: string) => Problem;

/** Fields that none of the objects has, and values that are of another kind in each that has them. */
function oddFields(
  values: JsonObject,
  wanted: readonly ObjectType[],
  path: Path,
  report: Report,
): Problem[] {
  return Object.entries(values).flatMap(([name, value]) => {
    const fields = wanted.flatMap((one) => one.fields.get(name) ?? []);
    if (fields.length === 0) {
      if (wanted.some(({ others }) => others === "any")) return [];
      const names = [...new Set(wanted.flatMap((one) => [...one.fields.keys()]))];
      const message = `${wanted[0]?.name} has no field "${name}"${didYouMean(name, names)}`;
      return [report(path, message, name)];
    }
    const types = fields.map((field) => field.type());
    const objects = types.filter((type) => type.kind === "object");
    if (isJsonObject(value) && objects.length > 0) {
      return oddFields(value, objects, [...path, name], report);
    }
    const wrong = types.map((type) => misfit(value, type));
    const [first] = wrong;
    if (first === undefined || wrong.includes(null)) return [];
    return [report([...path, name], `${wanted[0]?.name}.${name} ${first}`)];
  });
}

/** Why a literal value is not of a type, or null. Null is no value. */
function misfit(value: Json | typeof OPEN, type: ValueType): string | null {
  if (value === null || value === OPEN || type.kind === "any") return null;
  const kind = kindOf(value);
  if (kind !== type.kind) return `should be ${FORMS[type.kind]}, but is ${FORMS[kind]}`;
  if (!isScalar(type) || type.values === null) return null;
  const words = type.values.map(String);
  const text = typeof value === "string" ? value : jsonText(value);
  return words.includes(text)
    ? null
    : `should be one of ${words.join(", ")}${didYouMean(text, words)}`;
}

const FORMS = {
  text: "a text",
  number: "a number",
  boolean: "true or false",
  list: "a list",
  object: "an object",
};

function kindOf(value: Json): keyof typeof FORMS {
  if (Array.isArray(value)) return "list";
  if (typeof value === "object") return "object";
  if (typeof value === "string") return "text";
  return typeof value === "boolean" ? "boolean" : "number";
}

/** Fields of a filter that no record has. Operators hold filters of the same record. */
function oddFilter(filter: JsonObject, record: ObjectType, path: Path, report: Report): Problem[] {
  if (record.others === "any") return [];
  return Object.entries(filter).flatMap(([name, inner]) => {
    if (/^[$_]/.test(name)) {
      const list = Array.isArray(inner) ? inner : [inner];
      return list.flatMap((one, index) => {
        const at = [...path, name, ...(Array.isArray(inner) ? [index] : [])];
        return isJsonObject(one) ? oddFilter(one, record, at, report) : [];
      });
    }
    const field = name.split(".", 1)[0] ?? "";
    if (record.fields.has(field)) return [];
    const hint = didYouMean(field, [...record.fields.keys()]);
    return [report(path, `${record.name} has no field "${field}"${hint}`, name)];
  });
}

/** The most references that are told of. */
const MOST = 20;

/** References within the OpenAPI document that lead nowhere. */
function deadReferences(files: SchemaFiles): Problem[] {
  const file = files.openapi === null ? null : files.read(files.openapi);
  if (file === null || !("source" in file)) return [];
  const { value } = file.document;
  const found: Problem[] = [];
  const open: { readonly value: unknown; readonly path: Path }[] = [{ value, path: [] }];
  for (let one = open.pop(); one !== undefined && found.length < MOST; one = open.pop()) {
    if (typeof one.value !== "object" || one.value === null) continue;
    for (const [name, inner] of Object.entries(one.value)) {
      const path = [...one.path, Array.isArray(one.value) ? Number(name) : name];
      // What examples hold is no reference of the document.
      if (name === "example" || name === "examples") continue;
      if (name === "$ref" && typeof inner === "string" && inner.startsWith("#/")) {
        if (leadsSomewhere(value, inner)) continue;
        found.push(file.source.problem(path, `"${inner}" leads nowhere`));
      } else open.push({ value: inner, path });
    }
  }
  return found;
}

function leadsSomewhere(document: unknown, reference: string): boolean {
  let at = document;
  for (const part of reference.slice(2).split("/")) {
    const name = decoded(part).replaceAll("~1", "/").replaceAll("~0", "~");
    if (typeof at !== "object" || at === null || !Object.hasOwn(at, name)) return false;
    at = (at as Record<string, unknown>)[name];
  }
  return true;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
