import { readFile } from "node:fs/promises";
import { relative } from "node:path";
import type { Config } from "../model/config.ts";
import type { Position } from "../model/position.ts";
import { type Path, type Source, readSource } from "./yaml/source.ts";

/** Where something of a workflow stands: `["steps", 0, "then"]`, or a key of the mapping there. */
export type PlaceOf = (workflow: string, path: Path, key?: string) => Position;

/** Reads the files of a configuration once more, for the places of what is in them. Files are named from the working directory. */
export async function stepPlaces({ sources }: Pick<Config, "sources">): Promise<PlaceOf> {
  const read = await Promise.all(
    sources.files.map(async ({ path }): Promise<Source[]> => {
      const source = readSource(await readFile(path), relative(process.cwd(), path));
      return "value" in source ? [source] : [];
    }),
  );
  const files = read.flat();
  return (workflow, path, key) => {
    const file = files.find((one) => one.nodeAt(["workflows", workflow]) !== null);
    const detail = key === undefined ? {} : { key };
    const problem = file?.problem(["workflows", workflow, ...path], "", detail);
    return { file: problem?.file ?? "", line: problem?.line ?? 1, col: problem?.col ?? 1 };
  };
}
