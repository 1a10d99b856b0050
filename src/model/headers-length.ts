import { StepError } from "./step-error.ts";

/** How many bytes headers take on a wire, with their line ends. */
export const headersLength = (headers: Readonly<Record<string, string>>): number =>
  Object.entries(headers).reduce((sum, [name, value]) => sum + name.length + value.length + 4, 0);

/**
 * Servers bound the length of the headers they read, as the gateway itself does.
 * @throws {StepError} `BAD_HEADER` over `limit` bytes
 */
export function checkHeadersLength(headers: Readonly<Record<string, string>>, limit: number): void {
  const length = headersLength(headers);
  if (length <= limit) return;
  const message = `The headers have ${length} bytes; limits.headers allows ${limit}`;
  throw new StepError("BAD_HEADER", message, { retryable: false });
}
