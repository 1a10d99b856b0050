import { expect } from "chai";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";

describe("the test suite", () => {
  it("ends by itself when a failed test leaves a server open, and says what is open", async () => {
    const { code, output } = await suiteOf(`
      import { createServer } from "node:net";
      it("leaks", (done) => {
        createServer().listen(0, "127.0.0.1", () => done(new Error("failed")));
      });`);
    expect(output).to.match(/1 failing[^]*Tests left open: .*TCPServerWrap/);
    expect(code).to.equal(1);
  });

  it("fails when all its tests pass but one leaves a timer open", async () => {
    const { code, output } = await suiteOf(`it("leaks", () => void setInterval(() => {}, 1_000));`);
    expect(output).to.match(/1 passing[^]*Tests left open: .*Timeout/);
    expect(code).to.equal(1);
  });
});

/** Runs mocha, with this project's settings, on one file of tests. */
async function suiteOf(source: string): Promise<{ code: number | null; output: string }> {
  const folder = await mkdtemp(join(tmpdir(), "sidehook-suite-"));
  const file = join(folder, "leak.test.mjs");
  await writeFile(file, source);
  const child = spawn(process.execPath, ["node_modules/mocha/bin/mocha.js", file], {
    cwd: fileURLToPath(new URL("../..", import.meta.url)),
    env: { ...process.env, MOCHA_GRACE: "100" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const ended = once(child, "close");
  const output = (await Promise.all([text(child.stdout), text(child.stderr)])).join("");
  const [code] = (await ended) as [number | null];
  await rm(folder, { recursive: true });
  return { code, output };
}
