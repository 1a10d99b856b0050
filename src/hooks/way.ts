import type { Request, Response } from "express";
import type { WorkflowReport } from "./answer/workflow-report.ts";

/**
 * How one kind of request is dealt with. Whatever is thrown ends it, and is answered by the app.
 * @param verdict what the front door found out
 * @param report read by whoever answers
 */
export type Way<V> = (
  request: Request,
  response: Response,
  verdict: V,
  report: WorkflowReport,
) => Promise<void>;
