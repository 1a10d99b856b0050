import { DatabaseError } from "pg";

/**
 * Whose fault an error is: `conflict`: of two transactions that met, so it goes well another time; `job`: of what was to be
 * written; `store`: no other job would do better.
 * @see https://www.postgresql.org/docs/current/errcodes-appendix.html
 */
export function faultOf(error: unknown): "conflict" | "job" | "store" {
  // A value that can't even be sent.
  if (error instanceof RangeError || error instanceof TypeError) return "job";
  if (!(error instanceof DatabaseError)) return "store";
  const { code = "" } = error;
  // 54000: a value is too long for an index. 23503: a definition that was known to be stored was deleted meanwhile.
  if (["40001", "40P01", "23503"].includes(code)) return "conflict";
  return /^(22|23|54)/.test(code) ? "job" : "store";
}

/** Whether a statement only failed because another of its transaction had failed before. */
export const isFollowing = (error: unknown): boolean =>
  error instanceof DatabaseError && error.code === "25P02";

/** Whether a statement names something that is not there: `graphile_worker.add_job`, for example. */
export const isMissing = (error: unknown): boolean =>
  error instanceof DatabaseError && ["42883", "3F000", "42P01"].includes(error.code ?? "");
