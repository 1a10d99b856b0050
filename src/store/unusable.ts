/** A store that can't be opened or used. The message is for the operator, and names the file. */
export class StoreUnusable extends Error {
  override readonly name: string = "StoreUnusable";
  /** Of the cause: `SQLITE_CANTOPEN`, `EACCES`; else `STORE_UNUSABLE`. */
  readonly code: string;

  constructor(file: string, reason: string, options?: ErrorOptions) {
    super(`The store ${file} can't be used: ${reason}`, options);
    this.code = (options?.cause as { code?: string } | undefined)?.code ?? "STORE_UNUSABLE";
  }
}

/** The error itself where it says so already, else one that names the file. */
export function unusable(file: string, error: unknown): StoreUnusable {
  if (error instanceof StoreUnusable) return error;
  // An error from another thread may have lost its message; an `AggregateError` has none.
  const { message, code } = error as { message?: string; code?: string };
  return new StoreUnusable(file, (message || code) ?? String(error), { cause: error });
}
