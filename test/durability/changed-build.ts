import { cp, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** A build of the gateway with something changed in it. */
export interface ChangedBuild {
  /** Its executable. */
  readonly bin: string;
  remove(): Promise<void>;
}

const project = fileURLToPath(new URL("../..", import.meta.url));

/** A text in a file below `dist`, and another in its place. */
export type Change = readonly [file: string, text: string, replacement: string];

/**
 * Copies the build, and replaces texts in its files.
 * @throws when a text does not stand there exactly once
 */
export async function changedBuild(changes: readonly Change[]): Promise<ChangedBuild> {
  const folder = await mkdtemp(join(tmpdir(), "sidehook-changed-"));
  for (const name of ["bin", "dist", "package.json"]) {
    await cp(join(project, name), join(folder, name), { recursive: true });
  }
  await symlink(join(project, "node_modules"), join(folder, "node_modules"), "dir");
  for (const [file, text, replacement] of changes) {
    const path = join(folder, "dist", file);
    const parts = (await readFile(path, "utf8")).split(text);
    if (parts.length !== 2)
      throw new Error(`${file} holds the text ${parts.length - 1} times: ${text}`);
    await writeFile(path, parts.join(replacement));
  }
  return {
    bin: join(folder, "bin", "sidehook.js"),
    remove: () => rm(folder, { recursive: true }),
  };
}
