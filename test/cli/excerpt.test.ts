import { expect } from "chai";
import { excerpts } from "../../src/cli/excerpt.ts";
import { folderWith } from "../support/command.ts";

describe("The line that check shows below a problem", () => {
  let file: string;
  let remove: () => Promise<void>;
  before(async () => {
    const long = `${"a".repeat(100)}b${"c".repeat(100)}`;
    const folder = await folderWith({ "gateway.yaml": `one: 1\r\n\ttwo: \u001b[31m\n${long}\n` });
    ({ remove } = folder);
    file = `${folder.path}/gateway.yaml`;
  });
  after(() => remove());
  const at = (line: number, col: number) => excerpts()({ file, line, col });

  it("has a caret below the place", async () => {
    expect(await at(1, 6)).to.deep.equal(["  1 | one: 1", "    |      ^"]);
  });

  it("has a blank for each control character, which a terminal would obey", async () => {
    expect(await at(2, 7)).to.deep.equal(["  2 |  two:  [31m", "    |       ^"]);
  });

  it("is cut around the place", async () => {
    const [line, caret] = await at(3, 101);
    expect(line).to.equal(`  3 | …${"a".repeat(60)}b${"c".repeat(59)}…`);
    expect(line?.[caret?.indexOf("^") ?? -1]).to.equal("b");
  });

  it("is left out where the file or the line is gone", async () => {
    expect(await at(9, 1)).to.deep.equal([]);
    expect(await excerpts()({ file: `${file}.gone`, line: 1, col: 1 })).to.deep.equal([]);
  });
});
