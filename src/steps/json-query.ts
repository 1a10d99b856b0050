import { z } from "zod";
import { literal, program } from "../model/compiled-fields.ts";
import { decidedIn } from "../model/decided.ts";
import { defineStep } from "../model/step-type.ts";
import { anyJson } from "./parts/json.ts";
import { on } from "./parts/outcomes.ts";

const engines = z.enum(["jsonata", "jmespath"]);

/** How long a query may take where its step does not say it, in milliseconds. */
const TIMEOUT = 5_000;

/** Bytes that a query may take: its data, and all that comes of it. */
const MEMORY = 256 * 1024 ** 2;

/** Asks or reshapes a value by a query language. */
export const jsonQuery = defineStep({
  type: "json-query",
  title: "Query of JSON",
  about:
    "Asks or reshapes a value by an expression of [JSONata](https://docs.jsonata.org) 2 or [JMESPath](https://jmespath.org). " +
    "The expression is read when the configuration is loaded, and runs in a sandbox of its own, off the thread that serves: " +
    "see [Security](security.md#programs-in-a-sandbox). Without a `timeout` it may take 5 s, from when a thread is free for it; it may take 256 MB. Integers " +
    "outside ±2^53 reach it as texts, since its numbers are doubles. `$now()` and `$millis()` tell when the run began, and " +
    "`$random()` and `$shuffle()` give the same on each attempt.",
  result:
    "The value, at most `limits.result`; null where the expression finds nothing. A value that is not JSON, such as a " +
    "function or a number that is not finite, is an error.",
  timeout: TIMEOUT,
  language: ({ engine = "jsonata" }) => engines.safeParse(engine).data ?? null,
  forResult: () => true,
  config: z.strictObject({
    engine: literal
      .pipe(engines)
      .default("jsonata")
      .describe("The language of the expression. Written out."),
    data: anyJson.describe("The value that is asked: `${{ trigger.data }}`."),
    expression: program.describe(
      "The expression. Written out: `${{` in it is not put in, so that a value is never read as a part of it.",
    ),
  }),

  async run({ engine, data, expression }, { services, scope, signal, awaitTurn }) {
    const { now, uuid } = decidedIn(scope);
    const run = {
      language: engine,
      program: expression,
      input: data,
      at: now,
      seed: uuid(),
      memory: MEMORY,
    };
    return on(await services.sandbox.run(run, signal, awaitTurn));
  },
});
