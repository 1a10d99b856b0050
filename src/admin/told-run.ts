import type { Response } from "express";
import type { RunDetail } from "../model/history.ts";
import { type Json, jsonText } from "../model/json.ts";

/** Answers with a run, or null. Its integers are written digit by digit. */
export function tellRun(response: Response, run: RunDetail | null, status = 200): void {
  response
    .status(status)
    .type("json")
    .send(jsonText(run as unknown as Json));
}
