import type { Rates } from "../model/traffic.ts";
import type { QueueParts } from "./run-queue.ts";
import { orUnavailable } from "./unavailable.ts";

/** Rates that all instances which share the store count together. */
export const storedRates = ({ writer, now }: Pick<QueueParts, "writer" | "now">): Rates => ({
  take: (key, runs, { limit, per }) =>
    orUnavailable("The rate can't be counted", () =>
      writer.write({ kind: "take", key, runs, limit, per, now: now().toISOString() }),
    ),
});
