import type { JsonObject } from "../model/json.ts";
import type { RehearsedCaller } from "../model/rehearsal.ts";
import type { Act } from "./act.ts";
import type { ClientRequest } from "./client.ts";
import type { StandInAnswer, StandInRequest } from "./stand-in.ts";

/** One request to rehearse, and the circumstances of it. */
export interface Play {
  /** What a client sends; or the workflow that is run by itself. */
  readonly what: ClientRequest | { readonly workflow: string; readonly trigger: JsonObject };
  /** In place of what `identity` finds out; undefined: that. */
  readonly caller: RehearsedCaller | null | undefined;
  /** Undefined: as it passes. */
  readonly time: Date | undefined;
  /** What random values follow from; undefined: chance. */
  readonly seed: string | undefined;
  readonly act: Pick<Act, "mock" | "world">;
  /** How the upstream answers; null from it: nothing does. @param pass passes the request on to the real one */
  readonly upstream: (asked: StandInRequest, pass: Pass) => Promise<StandInAnswer | null>;
}

/** Has the real upstream answer. */
export type Pass = () => Promise<StandInAnswer>;
