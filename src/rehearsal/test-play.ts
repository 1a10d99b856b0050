import type { RehearsedCaller } from "../model/rehearsal.ts";
import type { WorkflowTest } from "../model/workflow-test.ts";
import { type RecordForm, answerOf, likelyAnswer } from "./answers.ts";
import { written } from "./exchange.ts";
import { mocksOf } from "./mocks.ts";
import type { Play } from "./play.ts";
import { closedWorld } from "./worlds.ts";

/** How the upstream writes the record that a request is about, and the key of it that the request names. */
export type FormOf = (request: { method: string; path: string }) => {
  readonly form: RecordForm;
  readonly key: string | null;
};

/**
 * A test as it is played: nothing is outside, and the upstream answers as the test says, or else as one that has done what a
 * client asks of it.
 * @param missed told of a step whose list of mocks is used up
 */
export function testPlay(
  test: WorkflowTest,
  formOf: FormOf,
  missed: (message: string) => void,
): Play {
  const { request, run, time, seed, steps, upstream } = test;
  return {
    what: request
      ? { method: request.method, path: request.path, ...written(request.body, request.headers) }
      : { workflow: run?.workflow ?? "", trigger: run?.trigger ?? {} },
    caller: callerOf(test),
    time: time === undefined ? undefined : new Date(time),
    seed: seed === undefined ? undefined : String(seed),
    act: { mock: mocksOf(steps, missed), world: closedWorld },
    async upstream(asked) {
      const given = answerOf(upstream, asked);
      if (given !== null || !asked.forwarded || request === undefined) return given;
      const { form, key } = formOf(request);
      return likelyAnswer(asked, key, form);
    },
  };
}

/** The user of a test that names only a role. */
const SOMEBODY = { id: 1 };

function callerOf({ request, ...test }: WorkflowTest): RehearsedCaller | null | undefined {
  const user = request?.user === undefined ? test.user : request.user;
  const roleName = request?.roleName ?? test.roleName;
  if (user === undefined && roleName === undefined) return undefined;
  if (user === null) return null;
  return { user: user ?? SOMEBODY, roleName: roleName ?? null };
}
