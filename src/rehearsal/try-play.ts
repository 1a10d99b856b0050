import type { Json } from "../model/json.ts";
import { type RecordForm, likelyAnswer } from "./answers.ts";
import type { ClientRequest } from "./client.ts";
import { type MocksByStep, mocksOf } from "./mocks.ts";
import type { Play } from "./play.ts";
import type { StandInRequest } from "./stand-in.ts";
import { realWorld, unchangedWorld } from "./worlds.ts";

/** What is tried. */
export interface Trial {
  readonly request: ClientRequest;
  readonly mocks: MocksByStep;
  readonly time: Date | undefined;
  readonly seed: string | undefined;
  /** Whether the world is changed. */
  readonly live: boolean;
}

/** How the upstream writes the record that is asked for, and the record of its key as it is; null: it can't be read. */
export interface AskedRecord {
  readonly form: RecordForm;
  readonly key: string | null;
  readonly before: () => Promise<Json>;
}

/** A trial as it is played: the upstream answers reads, and, unless it is live, nothing is written. */
export function tryPlay({ request, mocks, time, seed, live }: Trial, record: AskedRecord): Play {
  return {
    what: request,
    caller: undefined,
    time,
    seed,
    act: { mock: mocksOf(mocks, () => {}), world: live ? realWorld : unchangedWorld },
    async upstream(asked, pass) {
      if (live || isRead(asked)) return pass();
      const { form, key, before } = record;
      return likelyAnswer(asked, key, form, key === null ? null : await before());
    },
  };
}

const isRead = ({ method }: StandInRequest) => ["GET", "HEAD", "OPTIONS"].includes(method);
