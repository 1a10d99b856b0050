import { GatewayError } from "../model/errors.ts";
import { type Json, isJsonObject, jsonText } from "../model/json.ts";
import type { Operations } from "../model/operations.ts";

/**
 * Resumes a run for an operator: answers the step `wait` that it waits at, or lets a run that waits for a time go on.
 * @param given `{ step, choice, body }`, all of them optional; undefined: none
 * @param user who does it; null: the admin port has no users
 * @throws {GatewayError} BAD_REQUEST, BODY_TOO_LARGE, NOT_FOUND, CONFLICT, STORE_UNAVAILABLE
 */
export async function resumeRun(
  run: string,
  given: unknown,
  user: string | null,
  { answer, resume }: Pick<Operations, "answer" | "resume">,
): Promise<void> {
  const { step, choice, body } = answerIn(given);
  const by = user === null ? "admin" : `admin:${user}`;
  const came = await answer({ run, step, from: null }, { choice, body, by });
  switch (came.outcome) {
    case "done":
    case "asked":
      return;
    case "no such run":
      throw new GatewayError("NOT_FOUND", "There is no such run");
    case "bad choice":
      throw badRequest(`choice should be one of: ${came.choices.join(", ")}`);
    case "too large":
      throw new GatewayError(
        "BODY_TOO_LARGE",
        `The answer is too large: limits.result allows ${came.most} bytes`,
      );
    case "several":
      throw badRequest(
        `The run waits at several steps; name one as step: ${came.steps.join(", ")}`,
      );
    case "answered":
      if (step === null) break;
      throw conflict(`The step was answered already: ${jsonText(came.answer)}`);
    case "expired":
      if (step === null) break;
      throw conflict("The time for an answer is over");
    case "not yet":
      throw conflict("The run does not wait at this step");
    case "ended":
    case "not asked":
      // It may wait for a time.
      break;
  }
  const done = await resume(run);
  if (done.outcome === "wrong state")
    throw conflict(`Only a run that waits can be resumed; this one is ${done.status}`);
  if (done.outcome === "no such run") throw new GatewayError("NOT_FOUND", "There is no such run");
}

function answerIn(given: unknown): { step: string | null; choice: string | null; body: Json } {
  if (given === undefined) return { step: null, choice: null, body: null };
  const {
    step = null,
    choice = null,
    body = null,
    ...others
  } = isJsonObject(given) ? given : { others: true };
  if (
    (step !== null && typeof step !== "string") ||
    (choice !== null && typeof choice !== "string") ||
    Object.keys(others).length > 0
  ) {
    throw badRequest(
      "The body should be { step, choice, body }: two texts and any JSON, all optional",
    );
  }
  return { step, choice, body };
}

const badRequest = (message: string) => new GatewayError("BAD_REQUEST", message);
const conflict = (message: string) => new GatewayError("CONFLICT", message);
