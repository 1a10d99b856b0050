import type { Tracing } from "../model/tracing.ts";

/** Traces nothing, at no cost. */
export const untraced: Tracing = {
  request: null,
  step: null,
  run: (run) => run,
  resume: (resume) => resume,
  acceptance: (acceptance) => acceptance,
  upstream: (upstream) => upstream,
  outbound: (send) => send,
  flush: () => Promise.resolve(),
};
