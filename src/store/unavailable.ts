import { GatewayError } from "../model/errors.ts";

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
