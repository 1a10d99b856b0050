import type { Request, Response } from "express";
import type { PostActionTrigger } from "../model/workflow.ts";
import type { Carriage } from "../model/upstream.ts";
import type { Planned } from "./plan.ts";
import type { Passage } from "./pre-actions.ts";
import type { RequestRuns } from "./request-runs.ts";
import type { Skip } from "./skip.ts";
import type { Concerned } from "./trigger-context.ts";
import { type Told, workflowHeaders } from "./workflow-headers.ts";

/** A request that pre-actions have let pass: it will be forwarded. */
export interface Passing {
  readonly request: Request;
  readonly response: Response;
  readonly concerned: Concerned;
  /** What pre-actions made of it and said. */
  readonly passage: Passage;
  /** What it is forwarded as. */
  readonly carriage: Carriage;
  /** What is to run when it has succeeded. */
  readonly after: readonly Planned<PostActionTrigger>[];
  readonly skipped: readonly Skip[];
  readonly runs: RequestRuns;
  readonly requestId: string;
}

/** What the answer to a forwarded request tells, as raw pairs. `runs` come behind those of the pre-actions. */
export function toldOf(
  { passage, skipped }: Pick<Passing, "passage" | "skipped">,
  { runs = [], ...told }: Partial<Pick<Told, "runs" | "action" | "error" | "messages">>,
): string[] {
  const all = { skipped, action: "performed", messages: [], ...told } as const;
  return workflowHeaders({ ...all, runs: [...passage.runs, ...runs] });
}

/** `performed` where the upstream may have been asked to act. */
export const actionOf = (sent: boolean): "performed" | "intercepted" =>
  sent ? "performed" : "intercepted";
