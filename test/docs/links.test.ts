import { existsSync, statSync } from "node:fs";
import { posix } from "node:path";
import { expect } from "chai";
import { project } from "../support/command.ts";
import { pages, proseOf } from "./markdown.ts";

describe("The links of the pages lead somewhere:", () => {
  for (const page of pages) {
    it(page, () => {
      const broken = linksOf(page).filter((link) => !leadsSomewhere(page, link));
      expect(broken).to.deep.equal([]);
    });
  }
});

describe("The files that the pages name are there:", () => {
  // The history tells of files as they were named then.
  for (const page of pages.filter((name) => name !== "CHANGELOG.md")) {
    it(page, () => {
      const named = [...proseOf(page).matchAll(NAMED_FILE)].map(([, name = ""]) => name);
      expect(named.filter((name) => !existsSync(`${project}/${name}`))).to.deep.equal([]);
    });
  }
});

/** A path of this project in backticks. */
const NAMED_FILE = /`((?:bench|bin|deploy|docs|examples|sample|scripts|src|test|web)\/[\w./-]+)`/g;

/** Where a page links to in this project: `operation.md#reload`, `#bodies`. */
const linksOf = (page: string): string[] =>
  [
    ...proseOf(page)
      .replaceAll(/`[^`]*`/g, "")
      .matchAll(/\]\(([^)\s]+)\)|(?:src|srcset|href)="([^"]+)"/g),
  ]
    .map(([, link, address]) => link ?? address ?? "")
    .filter((link) => !/^[a-z]+:/.test(link));

function leadsSomewhere(page: string, link: string): boolean {
  const [path = "", anchor] = link.split("#");
  const file = path === "" ? page : posix.join(posix.dirname(page), path);
  if (!existsSync(`${project}/${file}`)) return false;
  if (anchor === undefined) return true;
  return statSync(`${project}/${file}`).isFile() && anchorsOf(file).has(anchor);
}

/** The anchors of a page's headings, as GitHub makes them; a heading that comes again has a number. */
function anchorsOf(page: string): ReadonlySet<string> {
  const anchors = new Set<string>();
  for (const [, heading = ""] of proseOf(page).matchAll(/^#+ (.*)$/gm)) {
    const anchor = heading
      .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, "$1")
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}_\- ]/gu, "")
      .replaceAll(" ", "-");
    let name = anchor;
    for (let again = 1; anchors.has(name); again++) name = `${anchor}-${again}`;
    anchors.add(name);
  }
  return anchors;
}
