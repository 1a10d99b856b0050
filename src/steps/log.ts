import { z } from "zod";
import { defineStep } from "../model/step-type.ts";
import { anyJson, asText } from "./parts/json.ts";
import { on } from "./parts/outcomes.ts";

/** Writes a line to the gateway's log. */
export const log = defineStep({
  type: "log",
  title: "Log",
  about:
    "Writes a line to the gateway's log, with the run and the step it comes from. Secret fields and values of `secrets` " +
    "are masked.",
  result: "null",
  config: z.strictObject({
    level: z.enum(["debug", "info", "warn", "error"]).default("info").describe("How grave it is."),
    message: anyJson.describe("The text. A value that is not a text is put in as JSON."),
  }),

  run({ level, message }, { services, run, path }) {
    services.log[level]({ run, step: path }, asText(services.redact(message)));
    return on(null);
  },
});
