import { DatabaseError } from "pg";

/** `deadlock_detected`, and `object_in_use`: a template that somebody is still leaving. */
const MET_OTHERS: ReadonlySet<string | undefined> = new Set(["40P01", "55006"]);

/** How often a statement that met others is tried. */
const TRIES = 20;

/**
 * Says a statement to a database that others use at the moment. Where it was the victim of a deadlock, or came too early, it is
 * said again, as an operator would.
 * @param statement one transaction
 */
export async function triedAgain<T>(statement: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await statement();
    } catch (error) {
      const hasMetOthers = error instanceof DatabaseError && MET_OTHERS.has(error.code);
      if (!hasMetOthers || tries === TRIES) throw error;
    }
  }
}
