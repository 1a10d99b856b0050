import { expect } from "chai";
import { readConfig } from "../../../src/configuration.ts";
import { inFolder } from "../parts.ts";

describe("a workflow is refused, with the place, when", () => {
  const cases: [title: string, trigger: string, keys: string, problem: RegExp][] = [
    [
      "it has a rate, and no request can be refused",
      "type: post-action, collection: a",
      "rate: { limit: 1, per: 1m }",
      /^gateway.yaml:6:5: workflows.one: no request can be refused on post-action; rate is for/,
    ],
    [
      "it has a rate, and only observes",
      "type: pre-action, collection: a, observe: true",
      "rate: { limit: 1, per: 1m }",
      /^gateway.yaml:6:5: .*a workflow that only observes refuses no request/,
    ],
    [
      "it has a rate without a time",
      "type: webhook",
      "rate: { limit: 1 }",
      /^gateway.yaml:6:11: .*per is missing/,
    ],
    [
      "the key of its rate reads what the trigger does not have",
      "type: webhook",
      'rate: { limit: 1, per: 1m, key: "${{ trigger.user }}" }',
      /^gateway.yaml:6:50: .*user/,
    ],
    [
      "the key of its rate reads a secret",
      "type: webhook",
      'rate: { limit: 1, per: 1m, key: "${{ secrets.KEY }}" }',
      /^gateway.yaml:6:37: .*an expression of rate can't read secrets/,
    ],
    [
      "it has a key that does not exist",
      "type: webhook",
      "rate: { limits: 1, per: 1m }",
      /unknown key "limits"; did you mean "limit"\?/,
    ],
    [
      "no workflow has the key of its onFailure",
      "type: webhook",
      "onFailure: twoo",
      /^gateway.yaml:6:16: workflows.one.onFailure: there is no workflow "twoo"; did you mean "two"\?/,
    ],
    [
      "its onFailure is not a subflow",
      "type: webhook",
      "onFailure: one",
      /^gateway.yaml:6:16: .*workflow "one" is of type webhook; only workflows with trigger/,
    ],
    [
      "it is a subflow, and has a debounce",
      "type: subflow",
      "debounce: { for: 1s }",
      /^gateway.yaml:6:5: .*is for queued runs; others wait for a subflow/,
    ],
    [
      "a client waits for it, and it has a concurrency",
      "type: webhook, sync: true",
      "concurrency: { limit: 1 }",
      /^gateway.yaml:6:5: .*is for queued runs; a client waits/,
    ],
  ];
  for (const [title, trigger, keys, problem] of cases) {
    it(title, async () => {
      const error: unknown = await loaded(trigger, keys).catch((reason: unknown) => reason);
      expect(error).to.be.instanceOf(Error);
      const problems = (error as Error).message.replaceAll(/\/\S*\//g, "").split("\n");
      expect(problems.join("\n")).to.match(problem);
    });
  }
});

const loaded = (trigger: string, keys: string) =>
  inFolder({ "gateway.yaml": configuration(trigger, keys) }, (file) => readConfig(file, {}));

const configuration = (trigger: string, keys: string) => `upstream: { url: "http://127.0.0.1:9" }
identity: none
workflows:
  one:
    trigger: { ${trigger} }
    ${keys}
    steps: []
  two: { trigger: { type: subflow }, steps: [] }
`;
