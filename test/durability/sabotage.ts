import { cp, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** A build of the gateway with something taken out of it. */
export interface SabotagedBuild {
  /** Its executable. */
  readonly bin: string;
  remove(): Promise<void>;
}

const project = fileURLToPath(new URL("../..", import.meta.url));

/**
 * Copies the build, and replaces a text in one of its files.
 * @param file below `dist`
 * @throws when the text does not stand there exactly once
 */
export async function sabotagedBuild(
  file: string,
  text: string,
  replacement: string,
): Promise<SabotagedBuild> {
  const folder = await mkdtemp(join(tmpdir(), "sidehook-sabotaged-"));
  for (const name of ["bin", "dist", "package.json"]) {
    await cp(join(project, name), join(folder, name), { recursive: true });
  }
  await symlink(join(project, "node_modules"), join(folder, "node_modules"), "dir");
  const path = join(folder, "dist", file);
  const parts = (await readFile(path, "utf8")).split(text);
  if (parts.length !== 2)
    throw new Error(`${file} holds the text ${parts.length - 1} times: ${text}`);
  await writeFile(path, parts.join(replacement));
  return {
    bin: join(folder, "bin", "sidehook.js"),
    remove: () => rm(folder, { recursive: true }),
  };
}
