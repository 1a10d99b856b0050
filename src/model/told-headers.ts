/** A header that the gateway sets, for the reference. */
export interface ToldHeader {
  readonly name: string;
  /** Where it stands. */
  readonly on: "answer" | "request to the upstream" | "request of a step";
  /** What it holds, in Markdown. */
  readonly value: string;
}

/** The headers that the gateway sets by itself. `npm run reference` writes docs/answers.md from it. */
export const TOLD_HEADERS: readonly ToldHeader[] = [
  {
    name: "Workflow-Runs",
    on: "answer",
    value:
      'The runs of this request: `"reject-short-titles";id="0192…";status=succeeded`; queued ones with `status=queued`. ' +
      "An RFC 9651 list of 20 members at most; `more=3` on the last says how many more there were.",
  },
  {
    name: "Workflow-Skipped",
    on: "answer",
    value:
      'The keys of `triggerWorkflows` that ran nothing, and why: `"nosuch";reason=unknown`. A list as above.',
  },
  {
    name: "Workflow-Action",
    on: "answer",
    value:
      "`performed` or `intercepted`: whether the request was sent to the upstream. Not on custom actions and webhooks.",
  },
  {
    name: "Workflow-Messages",
    on: "answer",
    value:
      'What workflows say, where the body can\'t hold it: `[{"message":"…"}]` in ASCII, at most 4 kB.',
  },
  {
    name: "Workflow-Error",
    on: "answer",
    value:
      "`STORE_UNAVAILABLE`: the action was done, but runs could not be queued. `ANSWER_UNREADABLE`: the action was done, " +
      "but the upstream's answer can't be read.",
  },
  {
    name: "X-Request-Id",
    on: "answer",
    value:
      "The client's, if it is 1 to 128 visible ASCII characters, or else a new one. Not where the upstream sets its own.",
  },
  { name: "Retry-After", on: "answer", value: "With `RATE_LIMITED`: seconds to wait." },
  {
    name: "RateLimit-Policy",
    on: "answer",
    value:
      'With `RATE_LIMITED`: how often the workflow may run: `"book";q=5;w=60`, 5 times in 60 s.',
  },
  {
    name: "RateLimit",
    on: "answer",
    value: 'With `RATE_LIMITED`: what is left, and when there is more: `"book";r=0;t=12`.',
  },
  {
    name: "X-Request-Id",
    on: "request to the upstream",
    value: "The one that the answer tells.",
  },
  {
    name: "X-Forwarded-For",
    on: "request to the upstream",
    value: "What the client sent, and the address that it came from.",
  },
  {
    name: "X-Forwarded-Proto",
    on: "request to the upstream",
    value: "The client's, or else `http` or `https`, as the request came.",
  },
  {
    name: "X-Forwarded-Host",
    on: "request to the upstream",
    value: "The client's, or else its `Host`.",
  },
  {
    name: "traceparent",
    on: "request to the upstream",
    value: "The client's, or else a new one.",
  },
  {
    name: "Workflow-Depth",
    on: "request of a step",
    value:
      "How deep workflows have caused each other, signed: see `limits.depth`. Only to the upstream.",
  },
  {
    name: "Idempotency-Key",
    on: "request of a step",
    value:
      "On what may change something: the same for each attempt of a step, and after a restart.",
  },
];
