import { expect } from "chai";
import { readConfig } from "../../src/configuration.ts";
import type { ScheduleTrigger } from "../../src/model/schedule.ts";
import type { Trigger } from "../../src/model/workflow.ts";
import { inFolder } from "../config/parts.ts";

describe("a post-action trigger", () => {
  it("is local, async and for create and update, with one run for each record, unless it says otherwise", async () => {
    expect(await trigger("type: post-action, collection: posts")).to.deep.equal({
      type: "post-action",
      collection: "posts",
      global: false,
      actions: ["create", "update"],
      roles: null,
      each: "record",
      appends: [],
      sync: false,
    });
  });

  it("may take 30 s when it is sync, and has no time limit when it is async", async () => {
    const [none, some] = [await timeout("sync: false"), await timeout("sync: true")];
    expect([none, some]).to.deep.equal([null, 30_000]);
  });
});

describe("a custom-action trigger", () => {
  it("is for one record and async unless it says otherwise", async () => {
    expect(await trigger("type: custom-action, collection: samples")).to.deep.equal({
      type: "custom-action",
      collection: "samples",
      context: "record",
      roles: null,
      appends: [],
      sync: false,
    });
  });

  it("has no collection where it has no record", async () => {
    expect(await trigger("type: custom-action, context: none")).to.include({ collection: null });
  });
});

describe("a schedule", () => {
  it("is in UTC, makes up for missed times by one run, and does one run after another, unless it says otherwise", async () => {
    const { after, ...rest } = (await trigger(
      'type: schedule, cron: "0 3 * * *"',
    )) as ScheduleTrigger;
    expect(rest).to.deep.equal({
      type: "schedule",
      timezone: "UTC",
      rule: "0 3 * * * in UTC",
      missed: "once",
      overlap: "queue",
    });
    expect(after(new Date("2026-01-01T03:00:00Z"))).to.deep.equal(new Date("2026-01-02T03:00:00Z"));
    const [workflow] = (await loaded('type: schedule, cron: "0 3 * * *"')).workflows;
    expect(workflow).to.deep.include({ concurrency: { key: null, limit: 1 }, timeout: null });
  });

  it("every so often comes at whole intervals since 1970", async () => {
    const { after } = (await trigger(
      "type: schedule, every: 10m, overlap: skip",
    )) as ScheduleTrigger;
    expect(after(new Date("2026-01-01T03:01:02Z"))).to.deep.equal(new Date("2026-01-01T03:10:00Z"));
    expect(after(new Date("2026-01-01T03:10:00Z"))).to.deep.equal(new Date("2026-01-01T03:20:00Z"));
  });
});

describe("a subflow", () => {
  it("has no settings except its type, and no time limit of its own", async () => {
    const [workflow] = (await loaded("type: subflow")).workflows;
    expect(workflow?.trigger).to.deep.equal({ type: "subflow" });
    expect(workflow?.timeout).to.equal(null);
  });
});

describe("a trigger is refused, with the place, when", () => {
  const cases: [title: string, trigger: string, problem: RegExp][] = [
    [
      "a global post-action names no actions",
      "type: post-action, collection: a, global: true",
      /^gateway.yaml:5:14: .*trigger: a global workflow must name its actions: actions: \[create, update\]/,
    ],
    [
      "a global post-action is for some roles only",
      "type: post-action, collection: a, global: true, actions: [create], roles: [r]",
      /^gateway.yaml:5:90: .*trigger.roles: a global workflow runs for every role; to choose roles, use `if`/,
    ],
    [
      "a pre-action is for the action trigger, however that is spelt",
      "type: pre-action, collection: a, actions: [Trigger]",
      /^gateway.yaml:5:59: .*trigger.actions.0: trigger is not an action of the upstream; write type: custom-action/,
    ],
    [
      "a post-action is for the action trigger",
      "type: post-action, collection: a, actions: [create, trigger]",
      /^gateway.yaml:5:68: .*trigger.actions.1: trigger is not an action/,
    ],
    [
      "a post-action has an unknown value for each",
      "type: post-action, collection: a, each: row",
      /^gateway.yaml:5:56: .*trigger.each: should be one of record, request/,
    ],
    [
      "an association path is not valid",
      "type: post-action, collection: a, appends: [b..c]",
      /^gateway.yaml:5:60: .*trigger.appends.0: should be an association, or a path of some/,
    ],
    [
      "a custom action has no collection",
      "type: custom-action",
      /^gateway.yaml:5:14: .*trigger: collection is missing; or write context: none/,
    ],
    [
      "a custom action without a record has a collection",
      "type: custom-action, context: none, collection: a",
      /^gateway.yaml:5:64: .*trigger.collection: context: none has no collection; it runs on workflows:trigger/,
    ],
    [
      "a custom action without a record loads associations",
      "type: custom-action, context: none, appends: [a]",
      /^gateway.yaml:5:61: .*trigger.appends: context: none has no record/,
    ],
    [
      "a custom action is for the collection workflows",
      "type: custom-action, collection: workflows",
      /^gateway.yaml:5:49: .*trigger.collection: workflows:trigger and webhook:trigger are reserved/,
    ],
    [
      "a custom action is for the collection webhook, however it is spelt",
      "type: custom-action, collection: Webhook",
      /^gateway.yaml:5:49: .*trigger.collection: workflows:trigger and webhook:trigger are reserved/,
    ],
    [
      "a schedule says not when",
      "type: schedule",
      /^gateway.yaml:5:14: .*trigger: should have either cron: "0 3 \* \* 1-5" or every: 10m/,
    ],
    [
      "a schedule says twice when",
      'type: schedule, every: 10m, cron: "0 3 * * *"',
      /^gateway.yaml:5:14: .*trigger: should have either cron/,
    ],
    [
      "a schedule has an hour that does not exist",
      'type: schedule, cron: "0 25 * * *"',
      /^gateway.yaml:5:38: .*trigger.cron: is not a cron expression: Invalid value for hour: 25; write minute/,
    ],
    [
      "a schedule has a time zone that does not exist",
      'type: schedule, cron: "0 3 * * *", timezone: Europe/Berln',
      /^gateway.yaml:5:61: .*trigger.timezone: is not a known time zone; did you mean "Europe\/Berlin"\?/,
    ],
    [
      "a schedule is to come more than once a second",
      "type: schedule, every: 100ms",
      /^gateway.yaml:5:39: .*trigger.every: should be a duration of at least 1s/,
    ],
    [
      "a subflow has settings besides its type",
      "type: subflow, collection: a",
      /^gateway.yaml:5:31: .*trigger: unknown key "collection"/,
    ],
  ];
  for (const [title, text, problem] of cases) {
    it(title, async () => {
      const error: unknown = await loaded(text).catch((reason: unknown) => reason);
      expect(error).to.be.instanceOf(Error);
      const problems = (error as Error).message.replaceAll(/\/\S*\//g, "").split("\n");
      expect(problems).to.have.length(1);
      expect(problems[0]).to.match(problem);
    });
  }
});

const loaded = (text: string) =>
  inFolder({ "gateway.yaml": configuration(text) }, (file) => readConfig(file, {}));

const trigger = async (text: string): Promise<Trigger | undefined> =>
  (await loaded(text)).workflows[0]?.trigger;

const timeout = async (word: string) =>
  (await loaded(`type: post-action, collection: posts, ${word}`)).workflows[0]?.timeout;

const configuration = (text: string) => `upstream: { url: "http://127.0.0.1:3000" }
identity: none
workflows:
  guard:
    trigger: { ${text} }
    steps: []
`;
