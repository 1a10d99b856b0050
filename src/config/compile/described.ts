import type { Collection, Route } from "../../model/action.ts";
import type { Config } from "../../model/config.ts";
import type { SchemaDocument, SchemaPlace } from "../../model/json-schema.ts";
import type { Problem } from "../../model/position.ts";
import { upstreamAddress } from "../../model/upstream-address.ts";
import type {
  DescribeUpstream,
  DescribedRoute,
  UpstreamTypes,
} from "../../model/upstream-types.ts";
import { isAroundAction } from "../../model/workflow.ts";
import type { Source } from "../yaml/source.ts";
import type { SchemaFiles } from "./schema-files.ts";
import { schemaPlace } from "./schemas.ts";
import type { CompiledWorkflow } from "./workflow.ts";

/**
 * What `upstream.openapi` and `collections.<name>.schema` tell of the upstream. A schema that can't be read is added to the
 * problems. See docs/types.md.
 */
export function describedUpstream(
  main: Source,
  { api, url }: Config["upstream"],
  schemaFiles: SchemaFiles,
  { describeUpstream }: { readonly describeUpstream: DescribeUpstream },
  problems: Problem[],
): UpstreamTypes {
  const report = (path: readonly PropertyKey[], message: string) =>
    void problems.push(main.problem(path, message));
  const inline = new Map<string, SchemaDocument>();
  const schemas = new Map<string, SchemaPlace>();
  const { openapi } = schemaFiles;
  for (const name of main.keysAt(["collections"])) {
    const path = ["collections", name, "schema"];
    const value = main.valueAt(path);
    if (value === undefined) continue;
    const written = schemaFiles.address(`#${name}`);
    inline.set(written, { value, dialect: "2020-12" });
    const place = schemaPlace(value, path, written, { schemaFiles, report });
    if (place === null) continue;
    const file = place.address === written ? null : schemaFiles.read(place.address);
    if (file !== null && "problems" in file) {
      for (const { message } of file.problems) report(path, message);
    }
    schemas.set(name, place);
  }
  if (openapi === null && schemas.size === 0) return new Map();
  return describeUpstream({
    openapi,
    schemas,
    documentAt(address) {
      const written = inline.get(address);
      if (written !== undefined) return written;
      const file = schemaFiles.read(address);
      return "source" in file ? file.document : null;
    },
    api,
    path: upstreamAddress(url).base,
  });
}

/**
 * Collections and routes with what documents add to those that the configuration names, which win: keys of collections that
 * have no `primaryKey`, and routes to collections that a workflow is bound to. A route is left out where the configuration
 * speaks of the collection that its path is about without it, so that a document never opens a way past a guard.
 */
export function withDescribed(
  { collections, routes }: Pick<Config, "collections" | "routes">,
  types: UpstreamTypes,
  compiled: readonly CompiledWorkflow[],
): {
  readonly collections: Readonly<Record<string, Collection>>;
  readonly routes: readonly Route[];
} {
  const keys = [...types].flatMap(([name, { key }]): [string, Collection][] => {
    const known = Object.hasOwn(collections, name) ? collections[name] : undefined;
    if (key === null || known?.primaryKey !== undefined) return [];
    return [[name, { associations: {}, ...known, primaryKey: key }]];
  });
  const bound = new Set(compiled.flatMap(({ workflow: { trigger } }) => boundTo(trigger)));
  const spoken = new Set([
    ...bound,
    ...Object.keys(collections),
    ...routes.map(({ collection }) => collection),
  ]);
  const isNew = ({ insteadOf }: DescribedRoute) => insteadOf === null || !spoken.has(insteadOf);
  const added = [...types]
    .filter(([name]) => bound.has(name))
    .flatMap(([, described]) => described.routes.filter(isNew))
    .map(({ insteadOf: _instead, ...route }) => route);
  return {
    collections: keys.length === 0 ? collections : { ...collections, ...Object.fromEntries(keys) },
    routes: [...routes, ...added],
  };
}

function boundTo(trigger: CompiledWorkflow["workflow"]["trigger"]): string[] {
  if (isAroundAction(trigger)) return [trigger.collection];
  return trigger.type === "custom-action" && trigger.collection !== null
    ? [trigger.collection]
    : [];
}
