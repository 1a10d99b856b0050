import { expect } from "chai";
import express, { type Express } from "express";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import request from "supertest";
import { stepTypes } from "../../src/steps/index.ts";
import { triggerTypes } from "../../src/triggers/index.ts";
import { type TestGateway, startTestGateway } from "../support/gateway.ts";
import { answerJson } from "../support/upstream.ts";
import { blocksOf, textOf } from "./markdown.ts";

const PAGE = "docs/guide/migrate.md";

/** Words of the tables that are keys, and no types of steps or triggers. */
const KEYS = new Set([
  "choices",
  "cron",
  "databases",
  "every",
  "global",
  "parse",
  "steps",
  "trigger",
]);

describe("The page on coming from something else", () => {
  it("says of each node and trigger what is here: types that there are", () => {
    const names = rowsOf(textOf(PAGE))
      .flatMap(([, here = ""]) => [...here.matchAll(/`([a-z-]+)/g)])
      .map(([, name = ""]) => name);
    expect(names).to.include.members(["pre-action", "multi-conditions", "wait"]);
    const unknown = names.filter(
      (name) => !stepTypes.has(name) && !triggerTypes.has(name) && !KEYS.has(name),
    );
    expect(unknown).to.deep.equal([]);
  });

  it("names every type of steps and triggers, except those that no other system has", () => {
    const text = textOf(PAGE);
    const own = new Set(["set-response", "validate"]);
    const missing = [...stepTypes.keys(), ...triggerTypes.keys()].filter(
      (name) => !text.includes(`\`${name}\``) && !own.has(name),
    );
    expect(missing).to.deep.equal([]);
  });

  describe("has a workflow that answers as the Express middleware", () => {
    const [middleware, workflow] = ["js", "yaml"].map(
      (wanted) => blocksOf(PAGE).find(({ language }) => language === wanted)?.text ?? "",
    );
    let gateway: TestGateway;
    let written: { readonly url: string; close(): void };
    before(async () => {
      gateway = await startTestGateway(withoutUpstream(workflow), {
        answer: (_request, response) => answerJson(response, 201, {}),
      });
      written = await served(middleware);
    });
    after(async () => {
      written.close();
      await gateway.stop();
    });

    for (const body of [{ title: "ab" }, {}, { title: "abc" }]) {
      it(`to ${JSON.stringify(body)}`, async () => {
        const [then, now] = await Promise.all(
          [written.url, gateway.url].map((url) => request(url).post("/posts").send(body)),
        );
        expect(now?.status).to.equal(then?.status);
        expect(now?.body).to.deep.equal(then?.body);
      });
    }
  });
});

/** The cells of the tables, row by row. */
const rowsOf = (text: string): string[][] =>
  text
    .split("\n")
    .filter((line) => line.startsWith("| ") && !line.startsWith("| -"))
    .map((line) => line.split("|").slice(1, -1));

const withoutUpstream = (yaml: string | undefined): string =>
  `identity: none\n${(yaml ?? "").replace(/^upstream:.*$/m, "")}`;

/** An Express application with the middleware, whose own answer is 201. */
async function served(middleware: string | undefined) {
  const app = express().use(express.json());
  const code = encodeURIComponent(`export const use = (app) => {${middleware}};`);
  const { use } = (await import(`data:text/javascript,${code}`)) as { use(app: Express): void };
  use(app);
  app.post("/posts", (_request, response) => void response.status(201).json({}));
  const server = app.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, close: () => void server.close() };
}
