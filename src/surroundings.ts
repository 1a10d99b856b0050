import { randomUUID } from "node:crypto";
import { type OpenLog, logs } from "./log.ts";
import { connectUpstream } from "./proxy/upstream.ts";

/** What a gateway finds around it: the clock, chance, a place for its log, and the way to its upstream. */
export interface Surroundings {
  readonly now: () => Date;
  /** From 0 to 1. */
  readonly random: () => number;
  /** What the random values of one run follow from. */
  readonly seed: () => string;
  /** @param mask hides secrets in a line */
  readonly logs: (mask: (line: string) => string) => OpenLog;
  readonly connectUpstream: typeof connectUpstream;
}

/** Those of a process that serves. */
export const SURROUNDINGS: Surroundings = {
  now: () => new Date(),
  random: Math.random,
  seed: randomUUID,
  logs,
  connectUpstream,
};
