import { InvalidArgumentError } from "commander";
import { validate } from "uuid";

/** The id of a run, as a command takes it. @throws {InvalidArgumentError} */
export function runId(text: string): string {
  if (validate(text)) return text.toLowerCase();
  throw new InvalidArgumentError(
    "The id of a run looks like 0192f0c1-2345-7abc-8def-0123456789ab; sidehook runs lists them.",
  );
}
