import { randomUUID } from "node:crypto";
import { DECIDED, type Decided } from "../model/decided.ts";
import type { Scope } from "../model/expression.ts";
import type { DeclaredFunction } from "./declared.ts";
import { TIME } from "./own-function.ts";

/** The time and the random values of the evaluation that is under way. */
export interface Chance {
  /** Begins an evaluation. Evaluations are synchronous, so one serves all. */
  begin(scope: Scope): void;
  now(): Date;
  uuid(): string;
  resumeUrl(step: string): string;
}

/**
 * Those that the scope's run has decided; outside a run, fresh ones.
 * @param now the time outside a run
 */
export function chanceOf(now: () => Date): Chance {
  let decided: Decided | undefined;
  return {
    begin: (scope) => {
      decided = scope[DECIDED];
    },
    now: () => decided?.now ?? now(),
    uuid: () => decided?.uuid() ?? randomUUID(),
    resumeUrl: (step) => decided?.resumeUrl(step) ?? "",
  };
}

/** What depends on time and chance. */
export const chanceFunctions = ({ now, uuid, resumeUrl }: Chance): readonly DeclaredFunction[] => [
  {
    name: "now",
    form: "() → time",
    about:
      "The time at which the run began: decided once, the same in all of its expressions, also after a wait, another attempt or a crash. Outside a run (a webhook's `dedupe`), the time.",
    examples: [
      ["now() == now()", true],
      ["now().addDays(1) > now()", true],
    ],
    overloads: [[`now(): ${TIME}`, now]],
  },
  {
    name: "uuid",
    form: "() → text",
    about:
      "A random UUID (version 4). Each call gives another, which is decided once for the run: another attempt of the step has the same ones, also after a wait or a crash.",
    examples: [
      ["size(uuid())", 36],
      ["uuid() == uuid()", false],
    ],
    overloads: [["uuid(): string", uuid]],
  },
  {
    name: "resumeUrl",
    form: "(id) → text",
    about:
      "The signed address that resumes this run at its `wait` step of this id: for a mail, before the run waits. Whoever has it can answer, so it is hidden in the history and the log. In a loop, it is that of the same turn. Empty outside a run.",
    examples: [["resumeUrl('approval')", ""]],
    overloads: [["resumeUrl(string): string", resumeUrl]],
  },
];
