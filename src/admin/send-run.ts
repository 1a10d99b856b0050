import type { Response } from "express";
import { yieldToEventLoop, isLong } from "../model/event-loop.ts";
import { type Json, jsonText } from "../model/json.ts";
import type { RunView } from "./run-view.ts";

/**
 * Answers with a run, or null. Its integers are written digit by digit. Its steps come last, one by one: they may be many, and
 * others get their turn meanwhile.
 */
export async function sendRun(
  response: Response,
  run: RunView | null,
  status = 200,
): Promise<void> {
  response.status(status).type("json");
  if (run === null) return void response.send("null");
  const { steps, ...facts } = run;
  response.write(`${textOf(facts).slice(0, -1)},"steps":[`);
  for (const [index, step] of steps.entries()) {
    if (isLong()) await yieldToEventLoop();
    response.write((index > 0 ? "," : "") + textOf(step));
  }
  response.end("]}");
}

const textOf = (value: object) => jsonText(value as Json);
