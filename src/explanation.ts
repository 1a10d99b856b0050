import type { Look } from "./front/front-door.ts";
import { split } from "./front/target.ts";
import { indexWorkflows, plan } from "./hooks/plan/plan.ts";
import { type Skip, asLeft } from "./hooks/plan/skip.ts";
import { nothingNamed, nothingToRun, unknownWorkflow } from "./hooks/plan/skip-errors.ts";
import { webhookCalled } from "./hooks/webhook/called.ts";
import { lookOf } from "./look.ts";
import type { Action, RequestLine } from "./model/action.ts";
import type { Config } from "./model/config.ts";
import type { Asked, ExplainedRun, Explanation, Refused } from "./model/explanation.ts";
import { ERRORS, type GatewayError, gatewayError } from "./model/errors.ts";
import { parseQuery } from "./model/query.ts";
import { parseTriggerWorkflows, withMentions } from "./model/trigger-workflows.ts";
import type { Workflow } from "./model/workflow.ts";
import { notRun } from "./not-run.ts";
import { triggerTypes } from "./triggers/index.ts";

/** What is found of a request. */
type Found = Pick<Explanation, "way"> &
  Partial<Explanation> & { readonly skipped?: readonly Skip[] };

/**
 * Explains a request under a configuration; nothing is run, and no upstream asked. Its body and the caller's token, which an
 * explanation does not have, may still have it refused.
 * @see docs/operation.md, "Why a workflow runs, or does not"
 */
export function explanation(config: Config, asked: Asked): Explanation {
  const { method, path } = asked;
  const { way, skipped = [], ...found } = outcome(config, asked);
  const { action = null, runs = [], forwarded = null, refused = null } = found;
  const ran = new Set(runs.map(({ workflow }) => workflow));
  const others = notRun(config, { action, skipped, ran, roleName: asked.roleName });
  return { method, path, way, action, runs, others, forwarded, refused };
}

function outcome(config: Config, asked: Asked): Found {
  const { method, path } = asked;
  const look = lookOf(config);
  const verdict = look(method, path);
  try {
    switch (verdict.way) {
      case "refuse":
        return refusedBy(verdict.error, actionAsked(look, asked));
      case "web":
        return { way: "outside", forwarded: { method, path } };
      case "pass":
      case "rewrite":
        return { way: "passed", action: actionAsked(look, asked), forwarded: lineOf(verdict.line) };
      case "hooks": {
        const { action, line } = verdict;
        if (line !== null) return concerned(config, asked, action, lineOf(line));
        if (action.name === "resume") return { way: "resume", action };
        return action.collection === "webhook"
          ? webhook(config, action, method)
          : customAction(config, asked, action);
      }
    }
  } catch (error) {
    const action = verdict.way === "hooks" ? verdict.action : null;
    return refusedBy(gatewayError(error), action);
  }
}

/** The action of a request that concerns no workflow: as it would be read if it named one. */
function actionAsked(look: Look, { method, path }: Asked): Action | null {
  const verdict = look(method, `${path}${path.includes("?") ? "&" : "?"}triggerWorkflows=`);
  return verdict.way === "hooks" ? verdict.action : null;
}

function concerned(config: Config, asked: Asked, action: Action, line: RequestLine): Found {
  const leaves = config.upstream.api.unknownWorkflows === "leave";
  const { index, mentions, planned } = plannedFor(config, asked, action);
  const { before, after, skipped } = planned;
  if (skipped.length > 0 && config.unknownKeys === "reject") throw unknownWorkflow(skipped);
  const left = leaves ? mentions.filter(({ key }) => !index.byKey.has(key)) : [];
  return {
    way: "concerned",
    action,
    skipped: leaves ? skipped.map(asLeft) : skipped,
    runs: [
      ...before.map((workflow) => explainedRun(workflow, "before", [])),
      ...waitedForFirst(after).map((one) => explainedRun(one.workflow, "after", one.path)),
    ],
    forwarded: left.length === 0 ? line : { ...line, path: withMentions(line.path, left) },
  };
}

function customAction(config: Config, asked: Asked, action: Action): Found {
  const { mentions, planned } = plannedFor(config, asked, action);
  const { custom, skipped } = planned;
  if (mentions.length === 0) throw nothingNamed();
  if (skipped.length > 0 && config.unknownKeys === "reject") throw unknownWorkflow(skipped);
  if (custom.length === 0) {
    const { status, body } = nothingToRun(skipped);
    const { errors } = body as { errors: readonly Pick<Refused, "code" | "message">[] };
    const message = errors.map((error) => error.message).join("; ");
    return {
      way: "refused",
      action,
      skipped,
      refused: { status, code: errors[0]?.code ?? "", message },
    };
  }
  const runs = waitedForFirst(custom).map((one) => explainedRun(one.workflow, "instead", one.path));
  return { way: "custom-action", action, skipped, runs };
}

function webhook({ workflows }: Config, action: Action, method: string): Found {
  const hooks = workflows.filter(({ enabled, trigger }) => enabled && trigger.type === "webhook");
  const known = new Map(hooks.map((workflow) => [workflow.key, workflow]));
  const called = webhookCalled(known, action, method);
  return { way: "webhook", action, runs: [explainedRun(called, "instead", [])] };
}

function plannedFor({ workflows, collections }: Config, { path, roleName }: Asked, action: Action) {
  const mentions = parseTriggerWorkflows(parseQuery(split(path).query)["triggerWorkflows"]);
  const index = indexWorkflows(workflows, collections);
  return { index, mentions, planned: plan(index, action, mentions, roleName) };
}

/** Those that the client waits for run before the others are queued. */
const waitedForFirst = <T extends { readonly trigger: { readonly sync: boolean } }>(
  all: readonly T[],
): T[] => all.toSorted((one, other) => Number(other.trigger.sync) - Number(one.trigger.sync));

const explainedRun = (
  { key, title, trigger }: Workflow,
  place: ExplainedRun["place"],
  path: readonly string[],
): ExplainedRun => ({
  workflow: key,
  title,
  place,
  sync: triggerTypes.get(trigger.type)?.sync(trigger) ?? true,
  global: "global" in trigger && trigger.global,
  each: "each" in trigger ? trigger.each : "request",
  observe: "observe" in trigger && trigger.observe,
  path,
});

const lineOf = ({ method, path }: RequestLine): RequestLine => ({ method, path });

const refusedBy = ({ code, message }: GatewayError, action: Action | null): Found => ({
  way: "refused",
  action,
  refused: { status: ERRORS[code].status, code, message },
});
