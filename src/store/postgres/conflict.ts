import { faultOf } from "./fault.ts";

/** How often a transaction that met another is tried. */
export const TRIES = 5;

/**
 * Does a transaction, and does it again where it was the victim of a deadlock with another.
 * @param transaction takes back all that it did where it rejects
 */
export async function despiteConflicts<T>(transaction: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await transaction();
    } catch (error) {
      if (faultOf(error) !== "conflict" || tries === TRIES) throw error;
    }
  }
}
