import type { z } from "zod";
import type { Shape } from "./expression.ts";
import type { JsonObject } from "./json.ts";
import type { ScheduleTrigger } from "./schedule.ts";
import type { Branch } from "./step.ts";
import type { Concurrency, Debounce, Rate } from "./traffic.ts";
import type { WebhookTrigger } from "./webhook.ts";

/** A trigger and a list of steps, known by its key. Compiled and frozen when the configuration is loaded. */
export interface Workflow {
  readonly key: string;
  readonly title: string | null;
  readonly enabled: boolean;
  /** Milliseconds for a whole run; null: none. */
  readonly timeout: number | null;
  /** Of its queued runs; null: only `runs.concurrency` bounds them. */
  readonly concurrency: Concurrency | null;
  /** Of its queued runs; null: each runs. */
  readonly debounce: Debounce | null;
  /** Of requests that cause its runs; null: any. */
  readonly rate: Rate | null;
  /** The key of the subflow that is run when a run errs or takes too long; null: none. */
  readonly onFailure: string | null;
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
  /** JSON text of the workflow's mapping. What is a secret and written out in it is `[redacted]`. */
  readonly source: string;
  /** The same with these secrets; absent without some. A function, so that no JSON of a definition holds them. */
  readonly whole?: () => string;
}

/** When a workflow runs. */
export type Trigger =
  ActionTrigger | CustomActionTrigger | WebhookTrigger | ScheduleTrigger | SubflowTrigger;

/** Around an action of a collection. */
export type ActionTrigger = PreActionTrigger | PostActionTrigger;

/** The fields that all triggers around an action share. */
interface AroundAction {
  readonly collection: string;
  /** Runs on every matching action; a local one only when a request names it. */
  readonly global: boolean;
  readonly actions: readonly string[];
  /** Who may name it; null: everyone. Never on a global one. */
  readonly roles: readonly string[] | null;
}

/** Before an action: may check, change or refuse it. */
export interface PreActionTrigger extends AroundAction {
  readonly type: "pre-action";
  /** One run for each record of the body, or one for the request. */
  readonly each: "record" | "request";
  /** Run and record, but change nothing. */
  readonly observe: boolean;
  /** `any`: bodies that can't be read pass too, with `values` null. */
  readonly bodies: "readable" | "any";
}

/** After an action that the upstream answered with 2xx. */
export interface PostActionTrigger extends AroundAction {
  readonly type: "post-action";
  /** One run for each record of the answer, or one with all of them. */
  readonly each: "record" | "request";
  /** Associations to load into `data`: `["category", "author.company"]`. */
  readonly appends: readonly string[];
  /** Whether the client waits for it. */
  readonly sync: boolean;
}

/** On `POST /samples:trigger/1?triggerWorkflows=key`. */
export interface CustomActionTrigger {
  readonly type: "custom-action";
  /** Null exactly when the context is `none`. */
  readonly collection: string | null;
  readonly context: "record" | "records" | "none";
  readonly appends: readonly string[];
  readonly roles: readonly string[] | null;
  readonly sync: boolean;
}

/** Run by a `subflow` step of another workflow, and by nothing else. */
export interface SubflowTrigger {
  readonly type: "subflow";
}

/** Whether a workflow runs around an action of a collection. */
export function isAroundAction(trigger: Trigger): trigger is ActionTrigger {
  return trigger.type === "pre-action" || trigger.type === "post-action";
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
  /** The same, where a trigger as it was written tells more of them. */
  readonly fieldsOf?: (raw: JsonObject) => Shape;
  /** Whether the client waits for it; null: that depends on who runs it. */
  sync(trigger: T): boolean | null;
  /** What it runs on, in words: `before create, update of posts`. */
  when(trigger: T, key: string): string;
}

/** All trigger types, by `type`. */
export type TriggerTypes = ReadonlyMap<string, TriggerType>;
