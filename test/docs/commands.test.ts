import { expect } from "chai";
import { type Command, CommanderError } from "commander";
import { program as programFor } from "../../src/cli/program.ts";
import { blocksOf, pages, proseOf, textOf } from "./markdown.ts";

const { scripts } = JSON.parse(textOf("package.json")) as {
  readonly scripts: Readonly<Record<string, string>>;
};

const program = await programFor();

describe("The commands of the pages are those of the program:", () => {
  before(() => onlyParse(program));

  for (const page of pages) {
    it(page, async () => {
      const wrong: string[] = [];
      for (const line of commandLines(page)) {
        const problem = await problemOf(line);
        if (problem !== null) wrong.push(`${line}: ${problem}`);
      }
      expect(wrong).to.deep.equal([]);
    });

    it(`${page}, and the scripts of npm`, () => {
      const named = [...textOf(page).matchAll(/\bnpm run (?:-s |--silent )?([a-z][a-z:]*)/g)];
      const unknown = named.map(([, name = ""]) => name).filter((name) => !(name in scripts));
      expect(unknown).to.deep.equal([]);
    });
  }
});

/** From now on the program reads its command line, and does nothing. */
function onlyParse(command: Command): void {
  command.exitOverride().configureOutput({ writeOut: () => {}, writeErr: () => {} });
  if (command.commands.length === 0) command.action(() => {});
  for (const inner of command.commands) onlyParse(inner);
}

/** The command lines of a page: in its pieces of code, `sidehook …` where a command may begin, and in backticks. */
function commandLines(page: string): string[] {
  const inCode = blocksOf(page)
    .flatMap(({ text }) => text.replaceAll("\\\n", " ").split("\n"))
    .flatMap((line) => [...line.matchAll(/(?:^|\$ |npx |run: |&& |\$\()sidehook .*/g)])
    .map(([line]) => line);
  const inProse = [...proseOf(page).matchAll(/`(sidehook [^`]+)`/g)].map(([, line = ""]) => line);
  return [...inCode, ...inProse].map((line) => line.slice(line.indexOf("sidehook ")));
}

/** What the program says of a command line; null: nothing. */
async function problemOf(line: string): Promise<string | null> {
  try {
    await program.parseAsync(wordsOf(line).slice(1), { from: "user" });
    return null;
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return isMention(line, error) ? null : error.message;
  }
}

/** A command may be named without what it needs, or with `<a word>`, `…` or a variable for it. Help is told by ending. */
const isMention = (line: string, { code }: CommanderError): boolean =>
  code.startsWith("commander.help") ||
  code === "commander.missingArgument" ||
  (code === "commander.invalidArgument" && /[<…$]/.test(line));

/** The words of a command as a shell takes them, up to what is another command or a comment. `[--json]` is `--json`, and `[options]` is nothing. */
function wordsOf(line: string): string[] {
  const words: string[] = [];
  for (const [word, , single, double] of line.matchAll(
    /(?:^|\s)('([^']*)'|"([^"]*)"|(?:'[^']*'|"[^"]*"|\S)+)/g,
  )) {
    const plain = single ?? double ?? word.trim();
    if (plain === word.trim() && /^(?:[#|>&;]|…$|·$)/.test(plain)) break;
    if (plain !== "[options]") words.push(plain.replaceAll(/^\[|\]$|[;)]$/g, ""));
  }
  return words;
}
