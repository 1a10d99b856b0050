import type { Scope } from "../model/expression.ts";
import type { Json } from "../model/json.ts";
import type { LazySignal } from "../model/lazy-signal.ts";
import type { Branch, Outcome } from "../model/step.ts";
import type { BranchPlace, StepContext } from "../model/step-context.ts";
import { type NotePlace, committed, recall, remember } from "./commit.ts";
import { Cut, Deadline } from "./deadline.ts";
import { type Effects, assign, output, say } from "./effects.ts";
import { suspendUntil } from "./suspend.ts";
import type { Frame, RunState } from "./run-state.ts";
import { runSubflow } from "./subflow.ts";

/** The attempt that a step's context is for. */
export interface AttemptContext extends NotePlace {
  readonly scope: Scope;
  readonly signal: LazySignal;
  /** Its own time, where it has one. */
  readonly timer: Deadline | null;
  readonly effects: Effects;
  /** Whether the attempt may change something outside the run. */
  readonly acts: boolean;
}

/** Walks a branch of the step. */
type WalkInside = (branch: Branch, frame: Frame) => Outcome | Promise<Outcome>;

/** The abilities and the knowledge of a step during one attempt. Once its signal is aborted, it can no longer change the run. */
export const contextOf = (
  run: RunState,
  doing: AttemptContext,
  walkInside: WalkInside,
): StepContext => new AttemptStepContext(run, doing, walkInside);

/** An ability is made when the step takes it: most steps take one or two. */
class AttemptStepContext implements StepContext {
  readonly #run: RunState;
  readonly #doing: AttemptContext;
  readonly #walkInside: WalkInside;

  constructor(run: RunState, doing: AttemptContext, walkInside: WalkInside) {
    this.#run = run;
    this.#doing = doing;
    this.#walkInside = walkInside;
  }

  get scope() {
    return this.#doing.scope;
  }
  get signal() {
    return this.#doing.signal.signal;
  }
  get path() {
    return this.#doing.path;
  }
  get run() {
    return this.#run.start.id;
  }
  get idempotencyKey() {
    return `${this.run}:${this.path}`;
  }
  get now() {
    return this.#run.parts.now;
  }
  get limits() {
    return this.#run.parts.limits;
  }
  get request() {
    return this.#run.start.request;
  }
  get response() {
    return this.#run.start.response;
  }
  get caller() {
    return this.#run.start.caller;
  }
  get propagatedHeaders() {
    return this.#run.start.propagatedHeaders;
  }
  get services() {
    return this.#run.services;
  }
  get remember(): StepContext["remember"] {
    return (name, decide) => {
      this.#doing.signal.throwIfAborted();
      const value = remember(this.#run, this.#doing, name, decide);
      return this.#doing.acts ? committed(this.#run).then(() => value) : value;
    };
  }
  get recall(): StepContext["recall"] {
    return (name) => recall(this.#run, this.#doing, name);
  }
  get waitUntil(): StepContext["waitUntil"] {
    return (time) => suspendUntil(this.#run, time, this.#doing.signal);
  }
  get awaitTurn(): StepContext["awaitTurn"] {
    const { timer } = this.#doing;
    return (turn) => (timer === null ? turn : timer.whileStill(turn));
  }
  get subflow(): StepContext["subflow"] {
    return (key, input, wait) => runSubflow(this.#run, this.#doing, { key, input, wait });
  }
  get walk(): StepContext["walk"] {
    return (branch, place) => walkAt(this.#doing, branch, place, this.#walkInside);
  }
  get evaluate(): StepContext["evaluate"] {
    return (expression, names) => expression.evaluate(within(this.scope, names));
  }
  get say(): StepContext["say"] {
    return (message) =>
      say(this.#run, this.#doing.effects, this.services.redact(this.#seen(message)) as string);
  }
  get assign(): StepContext["assign"] {
    return (name, value) => assign(this.#run, this.#doing.effects, name, this.#seen(value));
  }
  get output(): StepContext["output"] {
    return (value) => output(this.#run, this.#doing.effects, this.#seen(value));
  }

  #seen<T extends Json>(value: T): T {
    this.#doing.signal.throwIfAborted();
    return value;
  }
}

function walkAt(
  { path, scope, signal, round }: AttemptContext,
  branch: Branch,
  { at, iteration, names, signal: own }: BranchPlace,
  walk: WalkInside,
): Outcome | Promise<Outcome> {
  const prefix = iteration === undefined ? `${path}.${at}.` : `${path}[${iteration}].`;
  const frame = { prefix, scope: within(scope, names), round };
  if (own === undefined) return walk(branch, { ...frame, signal });
  return walkUnder(bothOf(signal, own), (line) => walk(branch, { ...frame, signal: line }));
}

async function walkUnder(
  line: Deadline,
  walk: (line: Deadline) => Outcome | Promise<Outcome>,
): Promise<Outcome> {
  try {
    return await walk(line);
  } finally {
    line.clear();
  }
}

const givenUp = () => new Cut("CANCELED", "The result of this branch is no longer needed");

/** Aborted with the step, or when its branch alone is given up. */
function bothOf(step: LazySignal, own: AbortSignal): Deadline {
  const line = new Deadline(step, null, { late: givenUp, outer: () => step.reason as Error });
  if (own.aborted) line.abort(givenUp());
  else own.addEventListener("abort", () => line.abort(givenUp()), { once: true });
  return line;
}

const within = (scope: Scope, names: Readonly<Record<string, Json>> | undefined): Scope =>
  names === undefined ? scope : { ...scope, ...names };
