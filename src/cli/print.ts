import { once } from "node:events";
import { exit } from "node:process";

// A reader that has seen enough (`head`) closes the pipe: that is no error.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") exit(0);
  throw error;
});

/** Writes a text and a line end to standard output. Resolves when the reader has room for more. */
export async function print(text: string): Promise<void> {
  if (!process.stdout.write(`${text}\n`)) await once(process.stdout, "drain");
}
