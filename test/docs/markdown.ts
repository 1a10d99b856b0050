import { readFileSync } from "node:fs";
import { globSync } from "tinyglobby";
import { project } from "../support/command.ts";

/** The pages of this project, from its root: `docs/security.md`. */
export const pages = globSync(["*.md", "docs/**/*.md", "examples/**/*.md", "deploy/**/*.md"], {
  cwd: project,
  ignore: ["**/node_modules/**"],
}).toSorted();

/** The text of a page, or of any other file of the project. */
export const textOf = (file: string): string => readFileSync(`${project}/${file}`, "utf8");

/** A piece of code of a page. */
export interface Block {
  /** `docs/security.md:127`, where its first line is. */
  readonly place: string;
  /** What follows the fence: `yaml`, `yaml prometheus`; empty: nothing. */
  readonly language: string;
  /** Without the indentation of its fence. */
  readonly text: string;
}

/** The pieces of code of a page. */
export function blocksOf(page: string): Block[] {
  const text = textOf(page);
  return [...text.matchAll(/^( *)```(.*)\n([^]*?)^ *```$/gm)].map((found) => {
    const [, indentation = "", language = "", body = ""] = found;
    const line = text.slice(0, found.index).split("\n").length + 1;
    const flush = body.replaceAll(new RegExp(`^${indentation}`, "gm"), "");
    return { place: `${page}:${line}`, language: language.trim(), text: flush };
  });
}

/** The text of a page without its pieces of code. */
export const proseOf = (page: string): string =>
  textOf(page).replaceAll(/^( *)```.*\n[^]*?^ *```$/gm, "");
