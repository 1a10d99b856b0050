import { isJsonObject } from "../model/json.ts";
import { pointerNames } from "../model/json-pointer.ts";
import type {
  DescribeUpstream,
  DescribedAction,
  DescribedCollection,
  UpstreamDocuments,
} from "../model/upstream-types.ts";
import { ANY, type ValueType, partOf, unionOf } from "../model/value-type.ts";
import { type CollectionPath, actionOf, collectionPaths, methodsOf } from "./operations.ts";
import { mayBeAbout, pathTemplates } from "./paths.ts";
import { type Found, type Places, placesIn } from "./places.ts";
import { routesOf } from "./routes.ts";
import { valueTypes } from "./value-types.ts";

/** See `DescribeUpstream`, and docs/types.md. */
export const describeUpstream: DescribeUpstream = (documents) => {
  const places = placesIn(documents.documentAt);
  const typeOf = valueTypes(places);
  const described = new Map(collectionsOf(documents, places, typeOf));
  for (const [name, place] of documents.schemas) {
    const schema = places.at(place);
    if (schema === null) continue;
    const sent = typeOf(schema, "request", name);
    const record = typeOf(schema, "answer", name);
    described.set(name, {
      key: described.get(name)?.key ?? null,
      record,
      actions: new Map([
        ...(described.get(name)?.actions ?? []),
        ["create", { values: sent, answer: record }],
        ["update", { values: partOf(sent), answer: record }],
      ]),
      routes: described.get(name)?.routes ?? [],
      unrouted: described.get(name)?.unrouted ?? [],
    });
  }
  return described;
};

type TypeOf = ReturnType<typeof valueTypes>;

/** An operation of a document, and the action that it is. */
interface Operation {
  readonly path: CollectionPath;
  readonly method: string;
  readonly action: string;
  readonly found: Found;
}

function collectionsOf(
  { openapi, api, path }: UpstreamDocuments,
  places: Places,
  typeOf: TypeOf,
): [string, DescribedCollection][] {
  const root = openapi === null ? null : places.at({ address: openapi, path: [] });
  const paths = root && places.below(root, "paths");
  if (root === null || paths === null || !isJsonObject(paths.value)) return [];

  const operationAt = (written: string, method: string) =>
    places.below(paths, written, method.toLowerCase());
  const schemaOf = (content: Found | null, pointer: string): Found | null => {
    const media = content && isJsonObject(content.value) ? Object.keys(content.value) : [];
    const json = media.find((type) => /^[\w.+-]+\/([\w.-]+\+)?json\b/i.test(type));
    const schema = content && json !== undefined ? places.below(content, json, "schema") : null;
    return schema && within(schema, pointer, places);
  };
  const answered = (operation: Found): Found | null => {
    const responses = places.below(operation, "responses");
    const statuses = responses && isJsonObject(responses.value) ? Object.keys(responses.value) : [];
    const good = statuses.toSorted().find((status) => /^2(\d\d|XX)$/i.test(status));
    return responses && good !== undefined
      ? schemaOf(places.below(responses, good, "content"), api.record)
      : null;
  };
  const isListed = (written: string): boolean => {
    const operation = operationAt(written, "GET");
    const schema = operation && answered(operation);
    return schema !== null && typeOf(schema, "answer", "").kind === "list";
  };

  const prefix = api.prefix;
  const written = Object.keys(paths.value);
  const templates = pathTemplates(written, { server: serverOf(root.value), path, prefix });
  const about = collectionPaths(templates, isListed).toSorted(
    (a, b) => a.segments.length - b.segments.length,
  );
  const methodsAt = ({ written: at }: CollectionPath) => methodsOf(places.below(paths, at)?.value);
  const operations = about.flatMap((one): Operation[] =>
    methodsAt(one).flatMap((method) => {
      const found = operationAt(one.written, method);
      const action = actionOf(method, one);
      return found && action !== null ? [{ path: one, method, action, found }] : [];
    }),
  );

  const collections = grouped(operations, ({ path: { collection } }) => collection);
  return [...collections].map(([name, own]) => {
    const values = ({ found, method }: Operation): ValueType => {
      const body = places.below(found, "requestBody", "content");
      const schema = schemaOf(body, api.values);
      const type = schema === null ? ANY : typeOf(schema, "request", name);
      // A PATCH sends what is to change.
      return method === "PATCH" ? partOf(type) : type;
    };
    const answer = ({ found, path: { key } }: Operation): ValueType => {
      const schema = answered(found);
      if (schema === null) return ANY;
      const items = key === null ? places.below(schema, "items") : null;
      return typeOf(items ?? schema, "answer", name);
    };
    const actions = grouped(own, ({ action }) => action);
    const describedActions = [...actions].map(([action, all]): [string, DescribedAction] => {
      const most = Math.min(...all.map((one) => one.path.segments.length));
      const chosen = all.filter((one) => one.path.segments.length === most);
      return [action, { values: unionOf(chosen.map(values)), answer: unionOf(chosen.map(answer)) }];
    });
    const byAction = new Map(describedActions);
    const told = ["get", "list", "create", "update"]
      .map((action) => byAction.get(action)?.answer)
      .find((type) => type?.kind === "object");
    const key = own.find((one) => one.path.key !== null && one.path.action === null)?.path.key;
    const record = told ?? ANY;
    const isField = record.kind === "object" && record.fields.has(key ?? "");
    const routes = about
      .filter(({ collection }) => collection === name)
      .map((one) => ({ written: one.written, routes: routesOf(one, methodsAt(one)) }));
    return [
      name,
      {
        key: isField ? (key ?? null) : null,
        record,
        actions: byAction,
        routes: routes.flatMap((one) => one.routes ?? []),
        unrouted: [
          ...routes.filter((one) => one.routes === null).map((one) => one.written),
          ...written.filter((one) => mayBeAbout(one, name)),
        ],
      },
    ];
  });
}

/** The schema of the value that a JSON pointer leads to in values of a schema. */
function within(schema: Found, pointer: string, places: Places): Found | null {
  return pointerNames(pointer).reduce<Found | null>(
    (at, name) => at && propertyOf(at, name, places),
    schema,
  );
}

/** The schema of a property, its own or one of those that it is made of. */
function propertyOf(schema: Found, name: string, places: Places): Found | null {
  const own = places.below(schema, "properties", name);
  if (own !== null) return own;
  const parts = places.below(schema, "allOf");
  const count = parts && Array.isArray(parts.value) ? parts.value.length : 0;
  for (let index = 0; index < count; index++) {
    const part = places.below(schema, "allOf", index, "properties", name);
    if (part !== null) return part;
  }
  return null;
}

function grouped<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    groups.set(key, [...(groups.get(key) ?? []), item]);
  }
  return groups;
}

/** The path of the first server of a document. */
function serverOf(document: unknown): string {
  const servers = isJsonObject(document) ? document["servers"] : null;
  const first: unknown = Array.isArray(servers) ? servers[0] : null;
  const url = isJsonObject(first) ? first["url"] : null;
  if (typeof url !== "string" || !URL.canParse(url, "http://localhost")) return "/";
  const { pathname } = new URL(url, "http://localhost");
  return /[{}]|%7B/i.test(pathname) ? "/" : pathname;
}
