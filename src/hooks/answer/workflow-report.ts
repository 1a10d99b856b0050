import type { ErrorCode } from "../../model/errors.ts";
import type { Skip } from "../plan/skip.ts";
import { type ReportedRun, messagesValue, runsValue, skippedValue } from "./workflow-headers.ts";

/**
 * The report of one request's workflows. Made when the request comes, filled while it is handled, and put into its answer,
 * even if that is an error.
 */
export class WorkflowReport {
  readonly requestId: string;
  /** W3C Trace Context: the client's, or one that began here. */
  readonly traceparent: string;
  /** Keys that were named and not run. */
  skipped: readonly Skip[] = [];
  /** Whether the upstream was asked to act; null on `trigger` and webhook requests, where it has nothing to perform. */
  action: "performed" | "intercepted" | null = null;
  /** Why runs that were to be queued were not, or could not see the record. */
  error: ErrorCode | null = null;
  /** Messages of the pre-actions of a forwarded request. Every answer carries them, even an error. */
  messages: readonly string[] = [];
  /** The error that the request was answered with, where one ended its way. */
  thrown: ErrorCode | null = null;
  /** In the order in which they are reported. */
  readonly runs: ReportedRun[] = [];

  constructor(requestId: string, traceparent: string) {
    this.requestId = requestId;
    this.traceparent = traceparent;
  }

  /** Adds a run, behind those that were added before. */
  ran(run: ReportedRun): void {
    this.runs.push(run);
  }

  /**
   * The headers of the answer, as raw pairs. Empty ones are left out.
   *
   *     X-Request-Id: 6b0c…
   *     Workflow-Runs: "reject-short-titles";id="0192…";status=succeeded
   *     Workflow-Skipped: "nosuch";reason=unknown
   *     Workflow-Action: performed
   * @param unplacedMessages messages that the body of the answer does not hold
   */
  headers(unplacedMessages: readonly string[]): string[] {
    const headers = ["X-Request-Id", this.requestId];
    const say = (name: string, value: string) => {
      if (value !== "") headers.push(name, value);
    };
    say("Workflow-Runs", runsValue(this.runs));
    say("Workflow-Skipped", skippedValue(this.skipped));
    say("Workflow-Action", this.action ?? "");
    say("Workflow-Error", this.error ?? "");
    say("Workflow-Messages", messagesValue(unplacedMessages));
    return headers;
  }
}
