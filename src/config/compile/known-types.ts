import { type JsonObject, isJsonObject } from "../../model/json.ts";
import type { KnownValues, StepType } from "../../model/step-type.ts";
import type { DescribedCollection, UpstreamTypes } from "../../model/upstream-types.ts";
import {
  ANY,
  type FieldType,
  type ObjectType,
  type ValueType,
  listOf,
  partOf,
  unionOf,
} from "../../model/value-type.ts";
import type { Trigger, TriggerType } from "../../model/workflow.ts";

/** Types by the path that expressions have for their values: `trigger.data`. */
type TypesByPath = readonly (readonly [path: string, type: ValueType])[];

/**
 * The types of what a trigger hands to its workflow, as far as documents tell them. A workflow of several actions sees what
 * any of them holds; what not all of them hold is optional.
 * @param raw the trigger as it was written
 */
export function typesOfTrigger(
  type: TriggerType,
  raw: unknown,
  upstream: UpstreamTypes,
): TypesByPath {
  const { data: trigger } = type.config.safeParse(raw);
  if (trigger === undefined || !("collection" in trigger) || trigger.collection === null) return [];
  const collection = upstream.get(trigger.collection);
  if (collection === undefined) return [];
  const found: [string, ValueType][] = [
    ["trigger.params.values", sentTo(collection, trigger)],
    ["trigger.data", dataOf(collection, trigger)],
  ];
  return found.filter(([, { kind }]) => kind !== "any");
}

/** Actions whose requests hold no record. */
const BODILESS: ReadonlySet<string> = new Set(["list", "get", "destroy"]);

/** The record that a client sends. */
function sentTo(collection: DescribedCollection, trigger: Trigger): ValueType {
  if (trigger.type !== "pre-action" && trigger.type !== "post-action") return ANY;
  if (trigger.each === "request") return ANY;
  const sending = trigger.actions.filter((action) => !BODILESS.has(action));
  const types = sending.flatMap((action) =>
    (action === "updateOrCreate" ? ["create", "update"] : [action]).map(
      (one) => collection.actions.get(one)?.values ?? ANY,
    ),
  );
  const union = unionOf(types);
  return sending.length < trigger.actions.length ? partOf(union) : union;
}

/** The record that a workflow runs on. */
function dataOf(collection: DescribedCollection, trigger: Trigger): ValueType {
  if (trigger.type === "custom-action") {
    const record = withAppended(collection.record, trigger.appends);
    // Fields of the body lie over the record.
    if (trigger.context === "record") return withMore(record);
    return trigger.context === "records" ? listOf(record) : ANY;
  }
  if (trigger.type !== "post-action") return ANY;
  const types = trigger.actions.map((action) => recordAfter(action, collection));
  const record = withAppended(unionOf(types), trigger.appends);
  return trigger.each === "request" ? listOf(record) : record;
}

/** The record after an action. The answer that tells it may hold more, or less, than the one of `get`. */
function recordAfter(action: string, { record, actions }: DescribedCollection): ValueType {
  const answer = actions.get(action)?.answer ?? ANY;
  const told = answer.kind === "object" ? [answer] : [];
  switch (action) {
    case "destroy":
      // An answer without the record leaves its key alone.
      return partOf(record);
    case "create":
    case "update":
    case "updateOrCreate":
    case "get":
    case "list":
      return unionOf([record, ...told]);
    default:
      return unionOf(told);
  }
}

/** What is known of a step's result, as it was written. */
export function typeOfResult(
  { gives }: StepType,
  raw: JsonObject,
  known: KnownValues,
  upstream: UpstreamTypes,
): ValueType {
  const given = isJsonObject(raw) ? (gives(raw, known) ?? ANY) : ANY;
  if (typeof given !== "string") return given;
  const { collection: name, appends } = raw;
  const collection = typeof name === "string" ? upstream.get(name) : undefined;
  if (collection === undefined || collection.record.kind === "any") return ANY;
  const paths = Array.isArray(appends) ? appends.map(String) : [];
  const record = withAppended(recordAfter("create", collection), paths);
  return given === "record" ? record : listOf(record);
}

/** An object with associations loaded into it, also those that documents do not describe. */
function withAppended(type: ValueType, paths: readonly string[]): ValueType {
  if (type.kind !== "object") return type;
  const names = paths.map((path) => path.split(".", 1)[0] ?? "");
  const more = names
    .filter((name) => !type.fields.has(name))
    .map((name): [string, FieldType] => [name, { required: true, type: () => ANY }]);
  return { ...type, fields: new Map([...type.fields, ...more]) };
}

function withMore(type: ValueType): ValueType {
  if (type.kind !== "object" || type.others === "any") return type;
  const others: ObjectType["others"] = "sent";
  return { ...type, others };
}
