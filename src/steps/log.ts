import { z } from "zod";
import { defineStep } from "../model/step.ts";
import { anyJson } from "./json.ts";

/** Writes a line to the gateway's log. */
export const log = defineStep({
  type: "log",
  title: "Log",
  about: "Writes a line to the gateway's log, with the run and the step it comes from.",
  result: "null",
  config: z.strictObject({
    level: z.enum(["debug", "info", "warn", "error"]).default("info").describe("How grave it is."),
    message: anyJson.describe("The text."),
  }),

  run({ level, message }, { services, idempotencyKey }) {
    const text = typeof message === "string" ? message : JSON.stringify(message);
    services.log[level]({ step: idempotencyKey }, text);
    return { go: "on", result: null };
  },
});
