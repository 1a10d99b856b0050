import type { RunCount } from "../model/history.ts";
import type { ConfigurationState } from "../model/reload.ts";
import { type ReloadSummary, reloadSummary } from "./reload.ts";

/** The facts of the process that `GET /status` tells. */
export interface ProcessFacts {
  /** Of Sidehook. */
  readonly version: string;
  readonly startedAt: Date;
  /** `sqlite`, `postgres`. */
  readonly store: string;
  /** `upstream.url` of today, without credentials. */
  readonly upstream: () => string;
}

/** What `GET /status` tells. */
export interface Status {
  readonly version: string;
  readonly startedAt: string;
  /** The version of Node. */
  readonly node: string;
  readonly store: { readonly kind: string; readonly ready: boolean };
  readonly queue: Readonly<Record<(typeof OPEN)[number], number>>;
  readonly configuration: {
    readonly hash: string;
    readonly loadedAt: string;
    readonly lastReload: ReloadSummary | null;
  };
  readonly upstream: string;
}

/** The runs that are still somebody's business. */
const OPEN = ["queued", "waiting", "running", "unconfirmed"] as const;

/** How the gateway is doing, in short. */
export function statusOf(
  { version, startedAt, store, upstream }: ProcessFacts,
  { hash, loadedAt, lastReload }: ConfigurationState,
  ready: boolean,
  counts: readonly RunCount[],
): Status {
  const queue = { queued: 0, waiting: 0, running: 0, unconfirmed: 0 };
  for (const { status, runs } of counts) {
    if (status in queue) queue[status as keyof typeof queue] += runs;
  }
  return {
    version,
    startedAt: startedAt.toISOString(),
    node: process.version,
    store: { kind: store, ready },
    queue,
    configuration: {
      hash,
      loadedAt: loadedAt.toISOString(),
      lastReload: lastReload && reloadSummary(lastReload),
    },
    upstream: upstream(),
  };
}
