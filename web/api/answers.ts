import type { Json, JsonObject } from "../../src/model/json.ts";
import type { RUN_STATUSES } from "../../src/model/run.ts";

/** Where a run stands. */
export type RunStatus = (typeof RUN_STATUSES)[number];

/** How a step ended. */
export type StepStatus = "succeeded" | "failed" | "errored" | "timed-out" | "canceled" | "skipped";

/** Why a run or a step did not succeed. */
export interface Failure {
  readonly message: string;
  readonly code?: string;
  /** The path of the step. */
  readonly step?: string;
  readonly answered?: { readonly status: number; readonly body: string };
  readonly child?: string;
}

/** A run in the list of `GET /runs`. Times are ISO 8601, UTC. */
export interface RunSummary {
  readonly id: string;
  readonly workflow: string;
  readonly trigger: string;
  readonly status: RunStatus;
  readonly startedAt: string;
  readonly finishedAt: string | null;
  readonly requestId: string | null;
  readonly traceId: string | null;
  readonly parent: string | null;
  readonly replayOf: string | null;
  readonly error?: Failure | null;
}

/** `GET /runs` */
export interface RunPage {
  readonly runs: readonly RunSummary[];
  /** The `before` of the next page. */
  readonly next: string | null;
}

/** One attempt of one step. */
export interface StepRecord {
  readonly path: string;
  readonly id: string | null;
  readonly type: string;
  readonly status: StepStatus;
  readonly attempt: number;
  readonly input?: Json;
  readonly result: Json;
  readonly error: Failure | null;
  readonly startedAt: string;
  readonly durationMs: number;
}

/** A request as it came, or as it was forwarded. */
export type TracedRequest = JsonObject;

/** `GET /runs/:id` */
export interface RunDetail extends Omit<RunSummary, "trigger"> {
  /** The context: `{ type: "pre-action", … }`. */
  readonly trigger: Json;
  readonly steps: readonly StepRecord[];
  readonly messages: readonly string[];
  readonly output: Json;
  readonly attempt: number;
  readonly replayedAs: string | null;
  readonly definition: {
    readonly hash: string;
    readonly source: Json;
    /** Whether it is today's; null: there is no such workflow today. */
    readonly current?: boolean | null;
  };
  /** Today's, where it differs. */
  readonly currentDefinition?: Json;
  readonly request?: { readonly before: TracedRequest; readonly after: TracedRequest } | null;
  readonly children?: readonly RunSummary[];
}

/** A workflow in the list of `GET /workflows`. */
export interface WorkflowSummary {
  readonly key: string;
  readonly title: string | null;
  readonly enabled: boolean;
  readonly trigger: string;
  readonly steps: number;
  readonly runs: Readonly<Partial<Record<RunStatus, number>>>;
}

/** `GET /workflows/:key` */
export interface WorkflowDetail extends WorkflowSummary {
  readonly definition: { readonly hash: string; readonly source: Json };
  readonly yaml: string;
  readonly triggerConfig: JsonObject;
  readonly statistics: {
    readonly since: string;
    readonly ended: number;
    readonly failureRate: number | null;
    readonly p50Ms: number | null;
    readonly p95Ms: number | null;
  };
}

/** `GET /statistics` */
export interface Statistics {
  readonly since: string;
  readonly runs: Readonly<Partial<Record<RunStatus, number>>>;
  readonly complete: boolean;
}

/** How the last reload of the configuration went. */
export interface Reload {
  readonly at: string;
  readonly ok: boolean;
  readonly message?: string | null;
}

/** `GET /status` */
export interface GatewayStatus {
  readonly version: string;
  readonly startedAt: string;
  readonly queue: {
    readonly queued: number;
    readonly waiting: number;
    readonly running: number;
    readonly unconfirmed: number;
  };
  readonly configuration: {
    readonly hash: string;
    readonly loadedAt: string;
    readonly lastReload: Reload | null;
  };
  readonly upstream: string;
}
