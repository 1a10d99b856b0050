import type { IncomingMessage } from "node:http";
import qs from "qs";
import type { ReadBody } from "../../model/body.ts";
import { offered } from "../../model/content-coding.ts";
import { METHOD_OVERRIDES, headerPairs } from "../../model/headers.ts";
import { type Json, jsonText } from "../../model/json.ts";
import type { ApiFacts, TranslatedLine } from "../../model/upstream-api.ts";
import type { SentAs } from "../../model/upstream.ts";
import { type RequestState, forwardedPath } from "./draft.ts";

/** The parts of a concerned request that is to be forwarded. */
export interface ForwardedParts {
  readonly request: IncomingMessage;
  readonly line: TranslatedLine;
  readonly body: ReadBody;
  readonly state: RequestState;
  /** Keys that go into the body where `line.bulk` says so. */
  readonly keys: readonly string[];
  /** By name in lower case, in place of the client's of the same name. */
  readonly set: Readonly<Record<string, string>>;
  /** Words of `Prefer` that are taken out; see `ApiFacts`. */
  readonly withheld: Pick<ApiFacts["withheld"], "preferences">;
}

/**
 * The request as it goes out: the bytes that came unless something changed, else made anew. Method overrides in
 * headers are gone, and so are preferences that the upstream's facts withhold, and the client's `Workflow-*` headers.
 */
export function forwardedAs({
  request,
  line,
  body,
  state,
  keys,
  set: fixed,
  withheld: { preferences },
}: ForwardedParts): SentAs {
  const remade = remadeBody(line, body, state, keys);
  const type = remade?.type ?? (body.kind === "read" ? body.contentType : null);
  const set: Record<string, string> = { ...fixed, ...state.headers };
  if (type !== null) set["content-type"] ??= type;
  const isUnpacked = remade !== null || (body.kind === "read" && body.unpacked);
  return {
    method: line.method,
    path: forwardedPath(line.path, state.queryChanges),
    headers: replaced(request.rawHeaders, { set, isUnpacked, preferences }),
    ...(body.kind === "read" && { body: remade?.bytes ?? body.bytes }),
  };
}

/**
 * The client's headers with some in place of those of the same name.
 * @param changes.set by names in lower case
 * @param changes.isUnpacked whether the body is no longer packed as they say
 * @param changes.preferences those that are taken out of `Prefer`
 */
function replaced(
  raw: readonly string[],
  {
    set,
    isUnpacked,
    preferences,
  }: {
    readonly set: Readonly<Record<string, string>>;
    readonly isUnpacked: boolean;
    readonly preferences: readonly string[];
  },
): string[] {
  const headers: string[] = [];
  for (let at = 0; at + 1 < raw.length; at += 2) {
    const lower = (raw[at] as string).toLowerCase();
    if (Object.hasOwn(set, lower) || METHOD_OVERRIDES.has(lower)) continue;
    if (lower.startsWith("workflow-") || (isUnpacked && lower === "content-encoding")) continue;
    const value = raw[at + 1] as string;
    const kept = lower === "prefer" ? withoutPreferences(value, preferences) : value;
    if (kept !== "" || value === "") headers.push(raw[at] as string, kept);
  }
  for (const name in set) headers.push(name, set[name] as string);
  return headers;
}

/**
 * A `Prefer` header (RFC 7240) without some preferences: `return=minimal, resolution=merge-duplicates` → `return=minimal`. Byte
 * for byte where it has none of them.
 * @param names in lower case
 */
function withoutPreferences(value: string, names: readonly string[]): string {
  const all = value.split(",");
  const kept = all.filter((one) => !names.includes(preferenceOf(one)));
  return kept.length === all.length ? value : kept.join(",").trim();
}

const preferenceOf = (text: string): string =>
  (/^\s*"?([\w-]+)/.exec(text)?.[1] ?? "").toLowerCase();

/** A request whose answer is to be read: of the codings that it accepts, those that can be unpacked. */
export const offeringReadable = ({ headers = [], ...sentAs }: SentAs): SentAs => ({
  ...sentAs,
  headers: headerPairs(headers).flatMap(([name, value]) => [
    name,
    name.toLowerCase() === "accept-encoding" ? offered(value) : value,
  ]),
});

/** The body made anew, or null when the bytes that came will do. */
function remadeBody(
  { bulk }: TranslatedLine,
  body: ReadBody,
  { values, valuesChanged }: RequestState,
  keys: readonly string[],
): { bytes: Buffer; type: string | null } | null {
  if (bulk !== undefined) {
    const content: Json =
      bulk === "keys" ? keys.map(keyValue) : { keys: keys.map(keyValue), data: values };
    return { bytes: Buffer.from(jsonText(content)), type: "application/json" };
  }
  if (!valuesChanged) return null;
  const json = body.kind === "read" && body.json;
  return { bytes: Buffer.from(json ? jsonText(values) : qs.stringify(values)), type: null };
}

/** A key of digits becomes a number, for upstreams that compare strictly. One that a double can't hold stays a text. */
const keyValue = (key: string): Json => (/^(0|[1-9]\d{0,14})$/.test(key) ? Number(key) : key);
