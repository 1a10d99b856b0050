import { z } from "zod";
import { program } from "../model/compiled-fields.ts";
import { decidedIn } from "../model/decided.ts";
import type { Json } from "../model/json.ts";
import { parseSize } from "../model/size.ts";
import { defineStep } from "../model/step-type.ts";
import { on } from "./parts/outcomes.ts";

/** How long a script may take where its step does not say it, in milliseconds. */
const TIMEOUT = 1_000;

const MB = 1024 ** 2;

/** Bytes of memory: an engine without a script takes almost 1 MB, and WebAssembly has no more than 2 GB. */
const memory = z.unknown().transform((value, context): number => {
  const bytes = typeof value === "string" ? parseSize(value) : null;
  if (bytes !== null && bytes >= MB && bytes <= 1024 * MB) return bytes;
  context.addIssue("should be a size from 1mb to 1gb: 64mb");
  return z.NEVER;
});

/** Runs JavaScript. */
export const script = defineStep({
  type: "script",
  title: "Script",
  about:
    "Runs JavaScript: the body of an async function that sees `trigger`, `steps` and `vars` as copies, and returns a value. " +
    "It runs in a sandbox of its own, off the thread that serves, without I/O: no `require`, `fetch`, `console` or timers. See " +
    "[Security](security.md#programs-in-a-sandbox). It is read when the configuration is loaded. Without a `timeout` it may " +
    "take 1 s, from when a thread is free for it. Integers outside ±2^53 reach it as texts. `Date.now()` and `new Date()` tell when the run began, and " +
    "`Math.random()` gives the same on each attempt. What it throws is the error of the step, with its line.",
  result:
    "What it returns, as `JSON.stringify` would have it, at most `limits.result`; null for undefined. What JSON can't carry is an error: a BigInt, a " +
    "function, a number that is not finite, a circle.",
  timeout: TIMEOUT,
  language: () => "javascript",
  config: z.strictObject({
    code: program.describe(
      "The body of the function. Written out: `${{` and `${` in it are JavaScript's, and nothing is put in.",
    ),
    memory: memory.prefault("64mb").describe("What it may take, its input included: `64mb`."),
  }),

  async run({ code, memory: bytes }, { services, scope, signal, awaitTurn }) {
    const { now, uuid } = decidedIn(scope);
    const { trigger = null, steps = {}, vars = {} } = scope as Readonly<Record<string, Json>>;
    const run = {
      language: "javascript",
      program: code,
      input: { trigger, steps, vars },
      at: now,
      seed: uuid(),
      memory: bytes,
    } as const;
    return on(await services.sandbox.run(run, signal, awaitTurn));
  },
});
