import type { z } from "zod";
import type { Shape } from "./expression.ts";
import type { Branch } from "./step.ts";

/** A trigger and a list of steps, known by its key. Compiled and frozen when the configuration is loaded. */
export interface Workflow {
  readonly key: string;
  readonly title: string | null;
  readonly enabled: boolean;
  /** Milliseconds for a whole run; null: none. */
  readonly timeout: number | null;
  readonly trigger: Trigger;
  readonly steps: Branch;
  readonly definition: Definition;
  /** Whether any of its steps, at any depth, acts outside the run. */
  readonly acts: boolean;
}

/** A workflow as it was written, before environment variables were put in. */
export interface Definition {
  /** SHA-256 of `source`, hex. */
  readonly hash: string;
  /** JSON text of the workflow's mapping. */
  readonly source: string;
}

/** When a workflow runs. */
export type Trigger = PreActionTrigger;

/** Before an action: may check, change or refuse it. */
export interface PreActionTrigger {
  readonly type: "pre-action";
  readonly collection: string;
  /** Runs on every matching action; a local one only when a request names it. */
  readonly global: boolean;
  readonly actions: readonly string[];
  /** Who may name it; null: everyone. Never on a global one. */
  readonly roles: readonly string[] | null;
  /** Run and record, but change nothing. */
  readonly observe: boolean;
}

/** A row of the table of trigger types. */
export interface TriggerType<T extends Trigger = Trigger> {
  readonly type: T["type"];
  readonly title: string;
  /** Markdown for the reference. */
  readonly about: string;
  /** The trigger's own mapping, `type` included. */
  readonly config: z.ZodType<T>;
  /** The fields of `trigger` in its workflows' expressions. */
  readonly fields: Shape;
  /** Whether the client waits for it. */
  sync(trigger: T): boolean;
}

/** All trigger types, by `type`. */
export type TriggerTypes = ReadonlyMap<string, TriggerType>;
