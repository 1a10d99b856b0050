import { expect } from "chai";
import { readFile } from "node:fs/promises";
import { configurationSchema } from "../../src/configuration.ts";
import { pageOf } from "../../src/config/yaml/see.ts";
import { stepTypes } from "../../src/steps/index.ts";
import { triggerTypes } from "../../src/triggers/index.ts";

describe("The page that a problem refers to is there:", () => {
  for (const section of Object.keys((configurationSchema() as { properties: object }).properties)) {
    it(`of ${section}`, async () => {
      const page = pageOf([section], () => null);
      expect(page).to.match(/^docs\/configuration\.md#/);
      await expectPage(page);
    });
  }

  for (const type of stepTypes.keys()) {
    it(`of the step ${type}, and of what every step may have`, async () => {
      const step = ["workflows", "a", "steps", 0, "then", 1];
      const valueAt = (path: readonly PropertyKey[]) => (path.length === 6 ? { type } : null);
      expect(pageOf([...step, "anything", "deeper"], valueAt)).to.equal(`docs/steps.md#${type}`);
      await expectPage(`docs/steps.md#${type}`);
      await expectPage(pageOf([...step, "retry"], valueAt));
    });
  }

  for (const type of triggerTypes.keys()) {
    it(`of the trigger ${type}`, async () => {
      await expectPage(pageOf(["workflows", "a", "trigger", "x"], () => ({ type })));
    });
  }

  for (const key of ["concurrency", "debounce", "rate", "onFailure", "timeout"]) {
    it(`of ${key} of a workflow`, () => expectPage(pageOf(["workflows", "a", key], () => null)));
  }
});

async function expectPage(page: string): Promise<void> {
  const [file = "", anchor] = page.split("#");
  const text = await readFile(new URL(`../../${file}`, import.meta.url), "utf8");
  if (anchor === undefined) return;
  const anchors = [...text.matchAll(/^#+ (.*)$/gm)].map(([, heading = ""]) =>
    heading
      .toLowerCase()
      .replace(/[^\w\- ]/g, "")
      .replaceAll(" ", "-"),
  );
  expect(anchors).to.include(anchor);
}
