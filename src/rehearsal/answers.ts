import { type Json, type JsonObject, isJsonObject } from "../model/json.ts";
import type { SentRequest } from "../model/rehearsal.ts";
import type { UpstreamAnswers } from "../model/workflow-test.ts";
import { written } from "./exchange.ts";
import type { StandInAnswer } from "./stand-in.ts";

/** The answer that a test gives for a request; null: none of them is for it. */
export function answerOf(
  answers: UpstreamAnswers | undefined,
  { method, path }: Pick<SentRequest, "method" | "path">,
): StandInAnswer | null {
  const found = [answers ?? []].flat().find((one) => {
    const isMethod = one.method === undefined || one.method === method;
    return isMethod && (one.path === undefined || isAt(path, one.path));
  });
  return found === undefined
    ? null
    : { status: found.status, ...written(found.body, found.headers) };
}

/** Whether a path is this one; one without a query is it whatever the query. */
export const isAt = (path: string, wanted: string): boolean =>
  path === wanted || (!wanted.includes("?") && path.split("?")[0] === wanted);

/** The way an upstream writes a record. */
export interface RecordForm {
  readonly primaryKey: string;
  /** The member of a body that holds it: `data`; null: the body is it. */
  readonly member: string | null;
}

/**
 * The answer of an upstream that has done what it was asked: the values that were sent, with a key where they have none.
 *
 *     POST /posts {"title":"abc"} → 201 {"id":1,"title":"abc"}
 *     PATCH /posts/7 {"title":"abc"} → 200 {"id":"7","title":"abc"}
 * @param before the record as it was, where it was asked for
 */
export function likelyAnswer(
  { method, body }: SentRequest,
  key: string | null,
  { primaryKey, member }: RecordForm,
  before: Json = null,
): StandInAnswer {
  if (method === "GET" || method === "HEAD") return { status: 200, ...written({}) };
  const isNew = method === "POST" && key === null;
  const record = (values: Json): Json =>
    isJsonObject(values) || values === null
      ? { [primaryKey]: key ?? 1, ...objectOf(before), ...values }
      : values;
  const sent = member === null || !isJsonObject(body) ? body : (body[member] ?? body);
  const done = Array.isArray(sent) ? sent.map(record) : record(sent);
  return {
    status: isNew ? 201 : 200,
    ...written(member === null ? done : { [member]: done }),
  };
}

const objectOf = (value: Json): JsonObject => (isJsonObject(value) ? value : {});
