import { type Json, isJsonObject, jsonText } from "../../src/model/json.ts";

/** The parts of a run that its request is made from. */
interface Traced {
  readonly workflow: string;
  readonly trigger: Json;
  readonly definition: { readonly source: Json };
}

/**
 * A shell line that sends a run's request again: `curl -X POST "$GATEWAY/posts" …`. Credentials were never recorded, so
 * `$TOKEN` stands for them. Null where no request caused the run.
 */
export function curlOf({ workflow, trigger, definition }: Traced): string | null {
  if (!isJsonObject(trigger) || !isJsonObject(trigger["request"])) return null;
  const { method, path, query, headers } = trigger["request"];
  if (typeof method !== "string" || typeof path !== "string") return null;
  const pairs = pairsOf(query ?? null);
  if (isNamed(definition.source)) pairs.push(["triggerWorkflows", workflow]);
  const search = pairs.length === 0 ? "" : `?${new URLSearchParams(pairs)}`;
  const parts = [
    `curl -X ${quoted(method)} ${quotedUrl(path + search)}`,
    `-H "Authorization: Bearer $TOKEN"`,
  ];
  const body = isJsonObject(trigger["params"]) ? trigger["params"]["values"] : trigger["body"];
  if (body !== undefined && body !== null) {
    const type = isJsonObject(headers) ? headers["content-type"] : null;
    parts.push(
      `-H ${quoted(`Content-Type: ${typeof type === "string" ? type : "application/json"}`)}`,
    );
    parts.push(`-d ${quoted(jsonText(body))}`);
  }
  return parts.join(" \\\n  ");
}

/** Whether a workflow runs only when a request names it, which the recorded query leaves out. */
function isNamed(source: Json): boolean {
  const trigger = isJsonObject(source) ? source["trigger"] : null;
  if (!isJsonObject(trigger) || trigger["global"] === true) return false;
  const { type } = trigger;
  return type === "pre-action" || type === "post-action" || type === "custom-action";
}

/** A query is recorded by its members, which may have members of their own. */
function pairsOf(query: Json): [string, string][] {
  if (!isJsonObject(query)) return [];
  return Object.entries(query).flatMap(([name, value]) =>
    [value]
      .flat()
      .map((one): [string, string] => [
        name,
        typeof one === "string" ? one : jsonText(one as Json),
      ]),
  );
}

/** A text that a shell takes as it is. */
const quoted = (text: string) =>
  /^[\w./:-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;

/** A path at the gateway. Only what no shell reads in a way of its own stands in the same quotes as the variable. */
const quotedUrl = (path: string) =>
  /^[\w./:?&=%+,~-]*$/.test(path) ? `"$GATEWAY${path}"` : `"$GATEWAY"${quoted(path)}`;
