import { spawnSync } from "node:child_process";
import { expect } from "chai";
import { folderWith, sidehook } from "../support/command.ts";

/** The words of a command line, and what completes the last one. */
const LINES: readonly [words: readonly string[], offered: readonly string[]][] = [
  [["sidehook", "gr"], ["graph"]],
  [["sidehook", "check", "--fo"], ["--format"]],
  [
    ["sidehook", "check", "--format", ""],
    ["github", "json", "sarif", "text"],
  ],
  [["sidehook", "completion", "z"], ["zsh"]],
  [["sidehook", "start", "--config", "gate"], ["gateway.yaml"]],
  [["sidehook", "graph", "--config", "other.yaml", "--me"], ["--mermaid"]],
];

describe("sidehook completion", function () {
  this.timeout(120_000); // processes start slowly on a busy machine

  it("bash completes commands, options, their values and files", async function () {
    if (!has("bash")) this.skip();
    const reply = `COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _sidehook; printf '%s\\n' "\${COMPREPLY[@]}"`;
    await completes("bash", (script, words) => ["-c", `${script}\n${reply}`, "bash", ...words]);
  });

  it("zsh completes commands, options, their values and files", async function () {
    if (!has("zsh")) this.skip();
    // Its own functions work only at a prompt. These print what they are given, where it begins like the last word.
    const stubs = `
      compdef() { }
      compadd() { shift; print -rl -- \${(M)@:#$words[CURRENT]*} }
      _files() { print -rl -- $words[CURRENT]*(N) }
      _describe() { local -a all; all=(\${(P)2}); print -rl -- \${(M)\${all%%:*}:#$words[CURRENT]*} }
    `;
    const reply = "words=($@); CURRENT=$#; _sidehook";
    await completes("zsh", (script, words) => [
      "-fc",
      `${stubs}\n${script}\n${reply}`,
      "zsh",
      ...words,
    ]);
  });

  it("fish completes commands, options, their values and files", async function () {
    if (!has("fish")) this.skip();
    await completes("fish", (script, words) => {
      const line = words.join(" ");
      return ["-c", `${script}\ncomplete -C '${line}' | string split -f1 \\t`];
    });
  });

  it("exits 64 for another shell, and lists those that there are", async () => {
    const { code, stderr } = await sidehook(["completion", "tcsh"]);
    expect(code).to.equal(64);
    expect(stderr).to.include("bash, zsh, fish");
  });
});

const has = (shell: string): boolean => spawnSync(shell, ["-c", "true"]).status === 0;

/** @param argsOf the arguments with which a shell runs the script, and prints what completes the last of the words */
async function completes(
  shell: string,
  argsOf: (script: string, words: readonly string[]) => readonly string[],
): Promise<void> {
  const folder = await folderWith({ "gateway.yaml": "", "other.yaml": "" });
  const { stdout: script, code } = await sidehook(["completion", shell]);
  const told = LINES.map(([words]) => {
    const env = { PATH: process.env["PATH"], HOME: folder.path };
    const { stdout } = spawnSync(shell, argsOf(script, words), {
      cwd: folder.path,
      env,
      encoding: "utf8",
      timeout: 60_000,
    });
    return stdout
      .split("\n")
      .filter((line) => line !== "")
      .toSorted();
  });
  await folder.remove();
  expect(code).to.equal(0);
  expect(told).to.deep.equal(LINES.map(([, offered]) => offered));
}
