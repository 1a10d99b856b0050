import type { Action } from "../../model/action.ts";
import { GatewayError, gatewayError } from "../../model/errors.ts";
import type { JsonObject } from "../../model/json.ts";
import type { WebhookTrigger } from "../../model/webhook.ts";
import type { WorkflowResponse } from "../../model/step.ts";
import type { Workflow } from "../../model/workflow.ts";
import { sendOwn } from "../answer/send.ts";
import { requestHead } from "../request/head.ts";
import { clientGone } from "../request/client-gone.ts";
import type { HookParts } from "../hook-parts.ts";
import { withoutReport } from "../answer/own-answer.ts";
import { type RequestRuns, requestRuns } from "../request/runs.ts";
import type { Way } from "../way.ts";
import type { WorkflowReport } from "../answer/workflow-report.ts";
import { type Authentication, authentication } from "./authentication.ts";
import { webhookCalled } from "./called.ts";
import { type Delivery, deliveryContext } from "./delivery.ts";
import { type DedupeKey, dedupeKeyOf } from "./dedupe.ts";
import { singleFlight } from "./single-flight.ts";
import { runAnswer } from "./run-answer.ts";

/** A workflow that has a webhook, with the parts that are made of its trigger at load. */
interface Webhook {
  readonly workflow: Workflow;
  readonly trigger: WebhookTrigger;
  readonly sender: Authentication;
  readonly contextOf: (delivery: Delivery) => JsonObject;
}

/** A call that has come through all checks. */
interface Call extends Pick<Webhook, "workflow" | "trigger"> {
  readonly context: JsonObject;
  readonly runs: RequestRuns;
  /** Null: the delivery is not deduplicated. */
  readonly repeat: DedupeKey | null;
  readonly report: WorkflowReport;
}

/** A webhook has no user: its sender's proof is valid for the webhook only. */
const NOBODY = { user: null, roleName: null, credentials: {} };

/**
 * The way of `POST /webhook:trigger/<key>`: finds the webhook, checks its sender, reads the body; then the run is queued or
 * made, and the sender is answered here.
 * @see docs/webhooks.md
 */
export function webhooks(parts: HookParts): Way<Action> {
  const { readJson, run, acceptance, deliveries, admit, depth, now, log } = parts;
  const known = indexWebhooks(parts);
  const once = singleFlight<WorkflowResponse>();

  return async (request, response, action, report) => {
    const { workflow, trigger, sender, contextOf } = webhookCalled(known, action, request.method);
    sender.head(request, response);
    const { body: verify } = sender;
    const body = await readJson(request, verify ? (bytes) => verify(request, bytes) : undefined);
    const arrival = requestHead(request, depth);
    const { path, query } = arrival;
    const context = contextOf({ request, path, query, body });

    const signal = clientGone(response);
    const call: Call = {
      workflow,
      trigger,
      context,
      runs: requestRuns({ arrival, report, caller: NOBODY, depth, signal, now }),
      repeat: dedupeKeyOf(workflow.key, trigger.dedupe, context, now()),
      report,
    };
    const perform = async () => {
      const first = await seen(call);
      if (first !== null) return first;
      await admit(workflow, [context]);
      return trigger.sync ? runNow(call) : enqueue(call);
    };
    const answer = await (call.repeat === null ? perform() : once(call.repeat.id, perform));
    if (answer === null) throw new GatewayError("WORKFLOW_ERROR", "The run was canceled");
    sendOwn(response, { ...answer, messages: [] }, report);
  };

  /**
   * The answer to the first delivery of its key, null when this is the first. One that is queued finds it when it is committed,
   * unless it must not count as another one before.
   */
  async function seen({ workflow, trigger, repeat }: Call): Promise<WorkflowResponse | null> {
    const mustAsk = trigger.sync || workflow.rate !== null;
    return repeat && mustAsk ? deliveries.answered(repeat.delivery) : null;
  }

  /** Commits a run; one that came before leaves nothing behind. */
  async function enqueue(call: Call): Promise<WorkflowResponse> {
    const { workflow, trigger, context, runs, repeat, report } = call;
    const queued = runs.queue(workflow, context);
    if (repeat === null) await acceptance.accept([queued]);
    else {
      const first = await deliveries.answer(repeat.delivery, trigger.response, repeat.until, [
        queued,
      ]);
      if (first !== null) return first;
    }
    report.ran({ key: workflow.key, id: queued.id, status: "queued" });
    return trigger.response;
  }

  /** Runs the workflow while the sender waits. Null when the run was canceled: then the delivery counts as not received. */
  async function runNow(call: Call): Promise<WorkflowResponse | null> {
    const { workflow, context, runs, repeat, report } = call;
    const end = await run(workflow, runs.start(context));
    report.ran({ key: workflow.key, id: end.id, status: end.status });
    if (end.status === "canceled") return null;
    const answer = runAnswer(workflow, end);
    if (repeat !== null) {
      // The run has happened, whether its answer can be stored or not.
      await deliveries.answer(repeat.delivery, answer, repeat.until, []).catch((error: unknown) => {
        const { code, message } = gatewayError(error);
        log.error(
          { err: error, code, workflow: workflow.key },
          `The answer to a delivery could not be stored, so a repeated delivery will run again: ${message}`,
        );
      });
    }
    return answer;
  }
}

/** Those that are enabled, by key. */
function indexWebhooks({ workflows, isCredential, now }: HookParts): ReadonlyMap<string, Webhook> {
  const known = new Map<string, Webhook>();
  for (const workflow of workflows) {
    const { key, enabled, trigger } = workflow;
    if (!enabled || trigger.type !== "webhook") continue;
    const sender = authentication(trigger.auth, now);
    const contextOf = deliveryContext(trigger.parse, isCredential);
    const response = withoutReport(trigger.response);
    known.set(key, { workflow, trigger: { ...trigger, response }, sender, contextOf });
  }
  return known;
}
