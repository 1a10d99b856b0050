import { GatewayError } from "../model/errors.ts";
import { RunUnrecordable } from "../model/queue.ts";
import { JobRefused } from "./refused.ts";

/**
 * Does some work on the store that a client or an operator waits for.
 * @param message names the work that was not done if it fails
 * @throws {GatewayError} STORE_UNAVAILABLE for every failure: of the value to write as well as of the disk
 */
export async function orUnavailable<T>(message: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    throw new GatewayError("STORE_UNAVAILABLE", message, { cause });
  }
}

/**
 * Does some work for a queued run, which is tried again where the store fails.
 * @param message names the work that was not done if it fails
 * @throws {RunUnrecordable} where what is written is at fault
 * @throws {GatewayError} STORE_UNAVAILABLE for every other failure
 */
export async function orUnrecordable<T>(message: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (cause instanceof JobRefused) throw new RunUnrecordable(cause.message, { cause });
    throw new GatewayError("STORE_UNAVAILABLE", message, { cause });
  }
}
