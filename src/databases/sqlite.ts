import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import type { Json, JsonObject } from "../model/json.ts";
import { type Pool, type RowBounds, TooMuch, rowsWithin } from "./pool.ts";
import { bound, rowOf } from "./values.ts";

/** How long a statement waits for another process that has the file locked, in milliseconds. */
const BUSY = 5_000;

/** The answer of `sqlite-process.js`. */
type Answer =
  | { readonly rows: readonly object[] }
  | { readonly tooMuch: keyof RowBounds }
  | { readonly error: string; readonly code?: string };

/**
 * Opens a file in a process of its own when it is first asked: a statement may take long, must not hold up the gateway, and
 * can be ended only with its process. One statement at a time.
 */
export function sqlitePool({ filename }: { readonly filename: string }): Pool {
  let child: ChildProcess | null = null;
  let turn: Promise<unknown> = Promise.resolve();
  let closed = false;

  return {
    ask({ statement, values, most, signal }) {
      const asked = { sql: statement.texts.join("?"), values: values.map(valueOf), most };
      const asking = turn.then(() => answered(asked, signal));
      turn = asking.catch(() => undefined);
      return Promise.race([asking, aborted(signal)]);
    },
    async close() {
      closed = true;
      const ending = child;
      if (ending === null) return;
      await turn;
      if (child === null) return;
      const exited = once(ending, "exit");
      ending.disconnect();
      await exited;
    },
  };

  async function answered(
    asked: { sql: string; values: unknown[]; most: RowBounds },
    signal: AbortSignal,
  ): Promise<readonly JsonObject[]> {
    signal.throwIfAborted();
    const own = started();
    const answer = await new Promise<Answer>((resolve, reject) => {
      const end = (act: () => void) => {
        signal.removeEventListener("abort", abort);
        own.off("message", given);
        own.off("exit", exited);
        own.off("error", failed);
        act();
      };
      const abort = () => {
        child = null;
        own.kill("SIGKILL");
        end(() => reject(signal.reason as Error));
      };
      const given = (message: unknown) => end(() => resolve(message as Answer));
      const exited = () => end(() => reject(new Error("The process of the database has ended")));
      const failed = (error: Error) => end(() => reject(error));
      signal.addEventListener("abort", abort, { once: true });
      own.on("message", given);
      own.on("exit", exited);
      own.on("error", failed);
      own.send(asked);
    });
    if ("tooMuch" in answer) throw new TooMuch(answer.tooMuch);
    if ("error" in answer) throw Object.assign(new Error(answer.error), { code: answer.code });
    const { rows, add } = rowsWithin(asked.most);
    for (const row of answer.rows) {
      const tooMuch = add(rowOf(row));
      if (tooMuch !== null) throw tooMuch;
    }
    return rows;
  }

  function started(): ChildProcess {
    if (closed) throw new Error("The database is closed");
    if (child !== null) return child;
    const own = fork(new URL("./sqlite-process.js", import.meta.url), [filename, String(BUSY)], {
      serialization: "advanced",
      execArgv: [],
      env: {},
      stdio: ["ignore", "ignore", "ignore", "ipc"],
    });
    own.on("error", () => undefined);
    own.once("exit", () => {
      if (child === own) child = null;
    });
    // It does not keep a process alive that has nothing else to do.
    own.unref();
    own.channel?.unref();
    return (child = own);
  }
}

/** Whole numbers are bound as integers, which the driver would else bind as floating. SQLite has no booleans. */
function valueOf(value: Json): unknown {
  if (typeof value === "boolean") return value ? 1n : 0n;
  return Number.isSafeInteger(value) ? BigInt(value as number) : bound(value);
}

/** Rejects with what aborts the signal. */
const aborted = (signal: AbortSignal): Promise<never> =>
  new Promise((_resolve, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason as Error), { once: true });
  });
