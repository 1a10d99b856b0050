import { GatewayError } from "../model/errors.ts";

/**
 * Does something with the store that somebody waits for.
 * @param message what is not done if it fails
 * @throws {GatewayError} STORE_UNAVAILABLE for whatever goes wrong: what can't be put into a row is no better than a full disk
 */
export async function orUnavailable<T>(message: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    throw new GatewayError("STORE_UNAVAILABLE", message, { cause });
  }
}
