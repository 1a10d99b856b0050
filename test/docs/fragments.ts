import { configurationSchema } from "../../src/configuration.ts";

/** A mapping of YAML. */
type Mapping = Readonly<Record<string, unknown>>;

/** A part of the JSON Schema of the configuration, as far as its keys are concerned. */
interface Keys {
  readonly properties: Readonly<Record<string, Keys>>;
  readonly anyOf?: readonly Keys[];
  readonly allOf?: readonly {
    readonly if: { readonly properties: { readonly type: { readonly const: string } } };
    readonly then: Keys;
  }[];
}

const schema = configurationSchema() as unknown as Keys & {
  readonly $defs: Readonly<Record<"workflow" | "trigger", Keys>>;
};
const triggerKeys = new Map(
  (schema.$defs.trigger.allOf ?? []).map((one) => [one.if.properties.type.const, one.then]),
);

/**
 * The least configurations that hold what a piece of YAML shows: the piece itself where it is whole, or those that it can be a
 * part of, told by its keys. Steps may stand behind several triggers. Empty: it is nothing of a configuration.
 */
export function configurationsWith(shown: unknown): readonly Mapping[] {
  if (Array.isArray(shown)) return shown.every(isStep) ? behindTriggers(shown) : [];
  if (!isMapping(shown)) return [];
  if (hasOnly(shown, schema)) return ["upstream" in shown ? shown : { ...LEAST, ...shown }];
  if (hasOnly(shown, schema.$defs.workflow)) return [withWorkflows({ shown })];
  if (Object.values(shown).every((one) => isMapping(one) && "trigger" in one && "steps" in one)) {
    return [withWorkflows(shown)];
  }
  const upstream = schema.properties["upstream"];
  if (upstream && hasOnly(shown, upstream)) return [{ upstream: { ...LEAST.upstream, ...shown } }];
  if (isStep(shown)) return behindTriggers([shown]);
  return [...triggerKeys]
    .filter(([, keys]) => hasOnly(shown, keys))
    .map(([type]) => withWorkflows({ shown: { trigger: { type, ...shown }, steps: [] } }));
}

const LEAST = { upstream: { url: "http://127.0.0.1:3000" }, identity: "none" };

const withWorkflows = (workflows: Mapping): Mapping => ({ ...LEAST, workflows });

/** Steps may only be done where they make sense: behind a client's request, say. */
const behindTriggers = (steps: readonly unknown[]): readonly Mapping[] =>
  [
    { type: "pre-action", collection: "posts", global: true, actions: ["create"] },
    { type: "post-action", collection: "posts", global: true, actions: ["create"] },
    { type: "custom-action", collection: "posts", sync: true },
    { type: "webhook", sync: true },
    { type: "webhook" },
  ].map((trigger) => withWorkflows({ shown: { trigger, steps } }));

const isMapping = (value: unknown): value is Mapping =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const isStep = (value: unknown): boolean => isMapping(value) && typeof value["type"] === "string";

const hasOnly = (shown: Mapping, keys: Keys): boolean =>
  Object.keys(shown).every((name) => Object.hasOwn(propertiesOf(keys), name));

/** A mapping may also be written as a word. */
const propertiesOf = ({ properties, anyOf = [] }: Keys): Keys["properties"] =>
  properties ?? anyOf.find((one) => one.properties)?.properties ?? {};
