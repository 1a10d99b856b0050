import { stringify } from "yaml";
import { type IsCredential, credentialHeaders } from "../model/headers.ts";
import { redactor } from "../model/redact.ts";
import type { IsSecret, Redact } from "../model/secrets.ts";
import { type Json, type JsonObject, isJsonObject } from "../model/json.ts";
import type { RunDetail, StepDetail } from "../model/history.ts";
import type { MocksByStep } from "./mocks.ts";
import { lastName } from "./names.ts";
import type { Exchanged, Rehearsed, SentRequest } from "../model/rehearsal.ts";

/** Facts about a trial that its test needs to go the same way. */
export interface Recording {
  readonly tried: Rehearsed;
  readonly time: Date;
  readonly seed: string;
  /** The results that steps were given, by their names. */
  readonly mocks: MocksByStep;
  /** Which fields are secrets. */
  readonly isSecret: IsSecret;
}

/**
 * A file with one test, as YAML, that passes where all happens as it did. What came from outside is written in it, except
 * secrets: headers that carry credentials are left out; fields and parameters that are secrets are `[redacted]` wherever they
 * stand.
 */
export function recordedTest({ tried, time, seed, mocks, isSecret }: Recording): string {
  const hide = redactor(isSecret, []);
  const { request, reading, answer, forwarded, runs, exchanges } = tried;
  const caller = callerIn(runs);
  const upstream = distinct(exchanges).map(
    ({ method, path, answer: { status, headers, body } }) => ({
      method,
      path: hide(path),
      status,
      ...("location" in headers && { headers: { location: hide(headers["location"] ?? "") } }),
      ...(body !== null && { body: hide(body) }),
    }),
  );
  const given = Object.entries(mocks).map(([name, mock]) => [name, hide(mock as Json)]);
  const steps = { ...Object.fromEntries(given), ...mocksIn(tried, hide) } as JsonObject;
  const test = {
    name: `${reading} is answered ${answer?.status ?? ""}`.trim(),
    request: request && requestOf(request, credentialHeaders(isSecret), hide),
    ...caller,
    time: time.toISOString(),
    seed,
    ...(Object.keys(steps).length > 0 && { steps }),
    ...(upstream.length > 0 && { upstream }),
    expect: {
      ...(answer && { status: answer.status }),
      ...(answer && answer.body !== null && { body: hide(answer.body) }),
      forwarded: forwarded && {
        method: forwarded.method,
        path: hide(forwarded.path),
        ...(forwarded.body !== null && { body: hide(forwarded.body) }),
      },
      ...(runs.length > 0 && { runs: statusesOf(runs) }),
    },
  };
  return stringify({ tests: [test] }, { lineWidth: 100 });
}

/** A request that was asked more than once gets one answer. */
const distinct = (exchanges: readonly Exchanged[]): Exchanged[] => [
  ...new Map(exchanges.map((one) => [`${one.method} ${one.path}`, one])).values(),
];

function requestOf(
  { method, path, headers, body }: SentRequest,
  isCredential: IsCredential,
  hide: Redact,
) {
  const { "content-type": type, ...more } = headers;
  const named = Object.entries({
    ...more,
    ...(isOwnType(type, body) ? {} : { "content-type": type }),
  });
  const kept = named.filter(([name]) => !isCredential(name));
  return {
    method,
    path: hide(path),
    ...(kept.length > 0 && { headers: Object.fromEntries(kept) }),
    ...(body !== null && { body: hide(body) }),
  };
}

/** Whether a test gives a body this type by itself. */
const isOwnType = (type: string | undefined, body: Json): boolean =>
  type === undefined || (type === "application/json" && typeof body !== "string");

/** The caller that the runs saw; null: nobody. */
function callerIn(runs: readonly RunDetail[]): JsonObject | null {
  for (const { trigger } of runs) {
    if (!isJsonObject(trigger) || !isJsonObject(trigger["user"] ?? null)) continue;
    const { user = null, roleName = null } = trigger;
    return { user, ...(roleName !== null && { roleName }) };
  }
  return null;
}

/** What came of the steps that needed the world outside, in the order in which they were done. */
function mocksIn({ runs, reached }: Rehearsed, hide: Redact): Record<string, unknown> {
  const found = runs.flatMap((run) =>
    run.steps
      .filter(({ path }) => reached.some((one) => isSame(one, run, path)))
      .map((step) => ({ own: lastName(step.path), run, step })),
  );
  const mocks: Record<string, unknown[]> = {};
  for (const { own, run, step } of found) {
    const isShared = found.some((one) => one.own === own && one.run.workflow !== run.workflow);
    const name = isShared ? `${run.workflow}/${own}` : own;
    (mocks[name] ??= []).push(mockOf(step, hide));
  }
  return Object.fromEntries(
    Object.entries(mocks).map(([name, all]) => [name, all.length === 1 ? all[0] : all]),
  );
}

const isSame = (
  one: { readonly workflow: string; readonly step: string },
  { workflow }: RunDetail,
  path: string,
) => one.workflow === workflow && one.step === path;

const mockOf = ({ result, error }: StepDetail, hide: Redact) =>
  error === null
    ? { result: hide(result) }
    : { error: { message: error.message, code: error.code } };

function statusesOf(runs: readonly RunDetail[]): Record<string, string | string[]> {
  const statuses: Record<string, string[]> = {};
  for (const { workflow, status } of runs) (statuses[workflow] ??= []).push(status);
  return Object.fromEntries(
    Object.entries(statuses).map(([key, all]) => [key, all.length === 1 ? (all[0] ?? "") : all]),
  );
}
