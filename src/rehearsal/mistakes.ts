import type { RunDetail, StepDetail } from "../model/history.ts";
import { type Json, jsonText } from "../model/json.ts";
import type { StepFailure } from "../model/step-error.ts";
import type { Message, Rehearsed } from "../model/rehearsal.ts";
import type { Expectation } from "../model/workflow-test.ts";
import { isAt } from "./answers.ts";
import { namesOf } from "./mocks.ts";
import { lastName } from "./names.ts";
import { differenceOf, isPart } from "./subset.ts";

/** Something that is not as a test expects it. */
export interface Mistake {
  /** The place in the test that says so: `["expect", "body"]`. */
  readonly path: readonly PropertyKey[];
  readonly message: string;
  /** Lines of what was expected and of what is; `[]`: the message says it all. */
  readonly difference: readonly string[];
}

/** What is not as a test expects it. */
export function mistakesOf(expected: Expectation, played: Rehearsed): Mistake[] {
  return [
    ...unmocked(played),
    ...answerMistakes(expected, played),
    ...runMistakes(expected, played),
  ];
}

/** What would need the world outside. */
const unmocked = ({ heldBack, unanswered }: Rehearsed): Mistake[] => [
  ...heldBack.map(({ workflow, step, type, what }) => ({
    path: ["name"],
    message:
      `the step ${step} (${type}) of ${workflow} is not mocked: it would ${what}. ` +
      `Say what it gives: steps: { ${quoted(lastName(step))}: { result: … } }`,
    difference: [],
  })),
  ...unanswered.map((line) => ({
    path: ["name"],
    message:
      `the gateway asks the upstream ${line}, which nothing answers. ` +
      "Say what comes: upstream: { status: 200, body: { … } }",
    difference: [],
  })),
];

const quoted = (name: string) => (/^\w+$/.test(name) ? name : jsonText(name));

function answerMistakes(expected: Expectation, { answer, forwarded }: Rehearsed): Mistake[] {
  const { status, headers = {}, body } = expected;
  const mistakes: Mistake[] = [];
  const add = (path: PropertyKey[], message: string, difference: readonly string[] = []) =>
    void mistakes.push({ path: ["expect", ...path], message, difference });
  const compare = (path: PropertyKey[], what: string, part: Json, whole: Json) => {
    if (!isPart(part, whole)) add(path, `${what} differs`, differenceOf(part, whole));
  };
  if (status !== undefined && status !== answer?.status) {
    const told = answer === null ? "there is no answer" : `the status is ${answer.status}`;
    add(["status"], `${told}, not ${status}`, answer === null ? [] : bodyLines(answer));
  }
  headerMistakes(headers, answer, (name, message) => add(["headers", name], message));
  if (body !== undefined) compare(["body"], "the body", body, answer?.body ?? null);
  if (expected.forwarded === null) {
    if (forwarded !== null) {
      const line = `${forwarded.method} ${forwarded.path}`;
      add(["forwarded"], `the request is forwarded: ${line}`, bodyLines(forwarded));
    }
  } else if (expected.forwarded !== undefined) {
    const { method, path, headers: sent = {}, body: part } = expected.forwarded;
    if (forwarded === null) {
      const what = answer === null ? "" : `; it is answered ${answer.status}`;
      add(["forwarded"], `the request is not forwarded${what}`, answer ? bodyLines(answer) : []);
      return mistakes;
    }
    if (method !== undefined && method !== forwarded.method) {
      add(["forwarded", "method"], `the method is ${forwarded.method}, not ${method}`);
    }
    if (path !== undefined && !isAt(forwarded.path, path)) {
      add(["forwarded", "path"], `the path is ${forwarded.path}, not ${path}`);
    }
    headerMistakes(sent, forwarded, (name, message) =>
      add(["forwarded", "headers", name], message),
    );
    if (part !== undefined) {
      compare(["forwarded", "body"], "the forwarded body", part, forwarded.body);
    }
  }
  return mistakes;
}

function headerMistakes(
  expected: Readonly<Record<string, string | null>>,
  message: Message | null,
  mistaken: (name: string, message: string) => void,
): void {
  for (const [name, value] of Object.entries(expected)) {
    const found = message?.headers[name.toLowerCase()] ?? null;
    if (found === value) continue;
    mistaken(
      name,
      `${name} is ${found === null ? "not there" : jsonText(found)}, not ${jsonText(value)}`,
    );
  }
}

/** A body, since it mostly says why. */
const bodyLines = ({ body }: Message): string[] =>
  body === null ? [] : [`  ${jsonText(body).slice(0, 1_000)}`];

function runMistakes({ runs = {}, steps = {} }: Expectation, played: Rehearsed): Mistake[] {
  const forRuns = Object.entries(runs).flatMap(([key, expected]) => {
    const found = played.runs.filter(({ workflow }) => workflow === key);
    const message = runMistake(expected, found);
    if (message === null) return [];
    const why = found.flatMap(({ error }) => (error === null ? [] : [errorLine(error)]));
    return [{ path: ["expect", "runs", key], message: `${key} ${message}`, difference: why }];
  });
  const forSteps = Object.entries(steps).flatMap(([name, expected]) => {
    const path = ["expect", "steps", name];
    return stepMistakes(expected, recordsOf(name, played.runs)).map(
      ({ path: below, ...mistake }) => ({ ...mistake, path: [...path, ...below] }),
    );
  });
  return [...forRuns, ...forSteps];
}

function runMistake(
  expected: string | readonly string[] | null,
  found: readonly RunDetail[],
): string | null {
  const statuses = found.map(({ status }) => status);
  const told = statuses.length === 0 ? "does not run" : `is ${statuses.join(", ")}`;
  if (expected === null) return statuses.length === 0 ? null : `${told}, and should not run`;
  if (typeof expected === "string") {
    const holds = statuses.length > 0 && statuses.every((status) => status === expected);
    return holds ? null : `${told}, not ${expected}`;
  }
  return statuses.join() === expected.join() ? null : `${told}, not ${expected.join(", ")}`;
}

/** The records of a step of a name, in the order in which they ended. */
const recordsOf = (name: string, runs: readonly RunDetail[]): StepDetail[] =>
  runs.flatMap(({ workflow, steps }) =>
    steps.filter(({ path }) => namesOf({ workflow, path }).includes(name)),
  );

function stepMistakes(
  expected: NonNullable<Expectation["steps"]>[string],
  records: readonly StepDetail[],
): Mistake[] {
  const last = records.at(-1);
  if (expected === null || expected === undefined) {
    return last === undefined ? [] : mistaken([], `the step is reached: it is ${last.status}`);
  }
  if (last === undefined) return mistaken([], "the step is not reached");
  const { status, result, input, error, attempts } = expected;
  const why = last.error === null ? [] : [errorLine(last.error)];
  const parts = Object.entries({ result, input } satisfies Record<string, Json | undefined>);
  const failure = last.error;
  return [
    ...(status === undefined || status === last.status
      ? []
      : mistaken(["status"], `the step is ${last.status}, not ${status}`, why)),
    ...parts.flatMap(([name, part]) =>
      part === undefined || isPart(part, last[name as "result" | "input"])
        ? []
        : mistaken(
            [name],
            `the ${name} of the step differs`,
            differenceOf(part, last[name as "result" | "input"]),
          ),
    ),
    ...(error === undefined || failure?.code === error || failure?.message.includes(error) === true
      ? []
      : mistaken(["error"], failure === null ? "the step does not err" : "the error differs", why)),
    ...(attempts === undefined || attempts === last.attempt
      ? []
      : mistaken(["attempts"], `the step is tried ${last.attempt} times, not ${attempts}`)),
  ];
}

const errorLine = ({ message, code }: StepFailure): string => `  ${message} [${code}]`;

const mistaken = (
  path: readonly string[],
  message: string,
  difference: readonly string[] = [],
): Mistake[] => [{ path, message, difference }];
