import { expect } from "chai";
import { mkdir, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openRehearsal } from "../../src/rehearse.ts";
import { inFolder } from "../config/parts.ts";

const listening = () =>
  process.getActiveResourcesInfo().filter((name) => name === "TCPServerWrap").length;

const CONFIG = `upstream: { url: "http://127.0.0.1:3000" }
workflows: {}
`;

/** A folder in which SQLite opens no file: its paths have at most 512 characters. */
const tooLong = (place: string) => join(place, ...Array.from({ length: 6 }, () => "a".repeat(100)));

describe("a rehearsal that can't be opened", () => {
  it("leaves no folder and no server behind, and says why", async () => {
    const whole = await mkdtemp(join(tmpdir(), "test-"));
    const place = tooLong(whole);
    await mkdir(place, { recursive: true });
    const before = process.env["TMPDIR"];
    const servers = listening();
    try {
      await inFolder({ "gateway.yaml": CONFIG }, async (file) => {
        process.env["TMPDIR"] = place;
        const error: unknown = await openRehearsal(file, {}).then(
          () => expect.fail("it was opened"),
          (thrown: unknown) => thrown,
        );
        expect(error).to.be.instanceOf(Error);
        expect(await readdir(place)).to.deep.equal([]);
        expect(listening()).to.equal(servers);
      });
    } finally {
      if (before === undefined) delete process.env["TMPDIR"];
      else process.env["TMPDIR"] = before;
      await rm(whole, { recursive: true });
    }
  });
});
