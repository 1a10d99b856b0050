import { Counter, Histogram, type Registry } from "prom-client";
import { ClaimLost, type RunQueue } from "../model/queue.ts";
import type { RunEnd, RunWorkflow, StepRecord } from "../model/run.ts";
import type { Workflow } from "../model/workflow.ts";
import { BOUNDS, Timing } from "./timing.ts";

/** Runs and steps are counted by what is put around the runner and the queue. */
export interface RunMetrics {
  /** The same runner, whose runs are counted. */
  counted(run: RunWorkflow): RunWorkflow;
  /** The same queue, where the ends of runs and steps are counted when they are committed. */
  countedQueue(queue: RunQueue): RunQueue;
  /** Only workflows of today's configuration have numbers of their own. */
  configured(workflows: readonly Workflow[]): void;
}

/** Queued runs may wait for days. */
const RUN_BOUNDS = [...BOUNDS, 300, 3_600, 86_400];

/** Ends that each workflow may meet; their numbers begin with 0, so that an alert sees the first one. */
const ENDS = ["succeeded", "failed", "errored", "timed-out", "canceled"] as const;

/** The label of a workflow that the configuration does not have any more. */
const GONE = "(gone)";

/** @param stepTypes all that there are: `request`, `loop` */
export function runMetrics(registry: Registry, stepTypes: readonly string[]): RunMetrics {
  const registers = [registry];
  const runs = new Counter({
    name: "sidehook_runs_total",
    help: "Runs that have ended, by workflow, trigger type and status.",
    labelNames: ["workflow", "trigger", "status"],
    registers,
  });
  const durations = new Histogram({
    name: "sidehook_run_duration_seconds",
    help: "Time from the beginning of a run to its end, with what it waited, by workflow.",
    labelNames: ["workflow"],
    buckets: RUN_BOUNDS,
    registers,
  });
  const steps = new Counter({
    name: "sidehook_steps_total",
    help: "Attempts of steps, by step type and status.",
    labelNames: ["type", "status"],
    registers,
  });
  const stepDurations = new Timing(registry, {
    name: "sidehook_step_duration_seconds",
    help: "Time that an attempt of a step took, by step type.",
    label: "type",
    values: stepTypes,
  });
  let known: ReadonlyMap<string, Workflow> = new Map();

  const ended = (key: string, startedAt: Date, { status, finishedAt }: RunEnd) => {
    const trigger = known.get(key)?.trigger.type ?? GONE;
    const workflow = known.has(key) ? key : GONE;
    runs.inc({ workflow, trigger, status });
    const milliseconds = finishedAt.getTime() - startedAt.getTime();
    durations.observe({ workflow }, Math.max(0, milliseconds / 1_000));
  };
  const stepped = ({ type, status, durationMs }: StepRecord) => {
    steps.inc({ type, status });
    if (status !== "skipped") stepDurations.took(type, durationMs);
  };

  return {
    counted: (run) => async (workflow, start, watch) => {
      const counting = watch && {
        step(record: StepRecord) {
          stepped(record);
          return watch.step(record);
        },
      };
      const end = await run(workflow, start, counting);
      ended(workflow.key, start.startedAt, end);
      return end;
    },
    countedQueue: (queue) => ({
      ...queue,
      async step(claim, record) {
        await queue.step(claim, record);
        stepped(record);
      },
      async end(claim, end, causes) {
        const count = () => ended(claim.workflow, claim.startedAt, end);
        try {
          await queue.end(claim, end, causes);
        } catch (error) {
          // An operator's cancel is committed before the run is told of it.
          if (error instanceof ClaimLost && end.status === "canceled") count();
          throw error;
        }
        count();
      },
    }),
    configured(workflows) {
      for (const { key, trigger } of known.values()) {
        if (workflows.some((one) => one.key === key && one.trigger.type === trigger.type)) continue;
        for (const status of ENDS) runs.remove({ workflow: key, trigger: trigger.type, status });
        durations.remove({ workflow: key });
      }
      known = new Map(workflows.map((workflow) => [workflow.key, workflow]));
      for (const { key, trigger } of workflows) {
        for (const status of ENDS) runs.inc({ workflow: key, trigger: trigger.type, status }, 0);
      }
    },
  };
}
