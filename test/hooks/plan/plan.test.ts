import { expect } from "chai";
import { indexWorkflows, plan } from "../../../src/hooks/plan/plan.ts";
import { parseTriggerWorkflows } from "../../../src/model/trigger-workflows.ts";
import type { Action, Collection } from "../../../src/model/action.ts";
import type {
  CustomActionTrigger,
  PostActionTrigger,
  PreActionTrigger,
  Trigger,
  Workflow,
} from "../../../src/model/workflow.ts";

describe("the workflows of a request", () => {
  it("run by their own type, whatever the order in which one list names them", () => {
    const planned = planOf("after,before,custom", action("create"));
    expect(planned.before).to.deep.equal(["before"]);
    expect(planned.after).to.deep.equal(["after", "after-all"]);
    expect(planned.skipped).to.deep.equal(["custom: action"]);
  });

  it("run once in their global place when they are global and named", () => {
    const planned = planOf("after-all,after", action("create"));
    expect(planned.after).to.deep.equal(["after", "after-all"]);
  });

  it("run on the record that associations lead to, when they are bound to its collection", () => {
    const planned = planOf("for-categories!category,for-shops!category.shop", action("create"));
    expect(planned.after).to.deep.equal([
      "for-categories!category",
      "for-shops!category.shop",
      "after-all",
    ]);
    expect(planned.skipped).to.deep.equal([]);
  });

  it("may be named along an association though they are global elsewhere", () => {
    const planned = planOf("all-categories!category", action("create"));
    expect(planned.after).to.deep.equal(["all-categories!category", "after-all"]);
  });

  it("do not heed an association where they are pre-actions", () => {
    expect(planOf("before!nosuch", action("create")).before).to.deep.equal(["before"]);
  });

  describe("are skipped for the first reason that holds:", () => {
    const cases: [named: string, name: string, reason: string | null][] = [
      ["nosuch", "create", "unknown"],
      ["nosuch!nosuch", "create", "unknown"],
      ["off!nosuch", "create", "disabled"],
      ["after!nosuch", "create", "association"],
      ["for-categories!category.nosuch", "create", "association"],
      ["custom!nosuch", "trigger", "association"],
      ["for-categories", "create", "collection"],
      ["after!category", "create", "collection"],
      ["hook", "trigger", "collection"],
      ["child", "create", "collection"],
      ["no-record", "trigger", "collection"],
      ["after", "destroy", "action"],
      ["for-categories!category", "destroy", "action"],
      ["before", "trigger", "action"],
      ["after", "trigger", "action"],
      ["admins", "create", "role"],
      ["admins-custom", "trigger", "role"],
      ["custom", "trigger", null],
      ["of-category!category", "trigger", null],
    ];
    for (const [named, name, reason] of cases) {
      it(`${named} on ${name} is ${reason === null ? "not skipped" : `skipped for “${reason}”`}`, () => {
        const expected = reason === null ? [] : [`${named.split("!")[0]}: ${reason}`];
        expect(planOf(named, action(name)).skipped).to.deep.equal(expected);
      });
    }
  });

  it("that take no record run on workflows:trigger alone", () => {
    const planned = planOf("no-record,custom", { ...action("trigger"), collection: "workflows" });
    expect(planned.custom).to.deep.equal(["no-record"]);
    expect(planned.skipped).to.deep.equal(["custom: collection"]);
  });

  it("that are for other roles run for a caller who has such a role", () => {
    expect(planOf("admins", action("create"), "admin").after).to.include("admins");
  });
});

const collections: Record<string, Collection> = {
  posts: {
    primaryKey: "id",
    associations: { category: { collection: "categories", foreignKey: null } },
  },
  categories: {
    primaryKey: "id",
    associations: { shop: { collection: "shops", foreignKey: null } },
  },
};

const around = { collection: "posts", global: false, actions: ["create", "update"], roles: null };
const pre = (own: Partial<PreActionTrigger> = {}): Trigger => ({
  type: "pre-action",
  each: "record",
  observe: false,
  bodies: "readable",
  ...around,
  ...own,
});
const post = (own: Partial<PostActionTrigger> = {}): Trigger => ({
  type: "post-action",
  each: "record",
  appends: [],
  sync: false,
  ...around,
  ...own,
});
const custom = (own: Partial<CustomActionTrigger> = {}): Trigger => ({
  type: "custom-action",
  collection: "posts",
  context: "record",
  appends: [],
  roles: null,
  sync: false,
  ...own,
});
const webhook: Trigger = {
  type: "webhook",
  sync: false,
  auth: null,
  parse: { headers: null, query: null, body: null },
  response: { status: 200, headers: {}, body: "ok" },
  dedupe: null,
};

const workflows = Object.entries<Trigger>({
  before: pre(),
  off: post(),
  "after-all": post({ global: true }),
  after: post(),
  "for-categories": post({ collection: "categories" }),
  "all-categories": post({ collection: "categories", global: true }),
  "for-shops": post({ collection: "shops" }),
  admins: post({ roles: ["admin"] }),
  custom: custom(),
  "of-category": custom({ collection: "categories" }),
  "no-record": custom({ collection: null, context: "none" }),
  "admins-custom": custom({ roles: ["admin"] }),
  hook: webhook,
  child: { type: "subflow" },
}).map(([key, trigger]): Workflow => ({
  key,
  title: null,
  enabled: key !== "off",
  timeout: null,
  concurrency: null,
  debounce: null,
  rate: null,
  onFailure: null,
  trigger,
  steps: [],
  definition: { hash: "", source: "{}" },
  acts: false,
}));

const action = (name: string): Action => ({
  collection: "posts",
  name,
  keys: [],
  filterByTk: null,
  parent: null,
  form: "action",
});

function planOf(named: string, on: Action, role: string | null = null) {
  const index = indexWorkflows(workflows, collections);
  const {
    before,
    after,
    custom: run,
    skipped,
  } = plan(index, on, parseTriggerWorkflows(named), role);
  return {
    before: before.map(({ key }) => key),
    after: after.map(keyAndPath),
    custom: run.map(keyAndPath),
    skipped: skipped.map(({ key, reason }) => `${key}: ${reason}`),
  };
}

const keyAndPath = ({ workflow, path }: { workflow: Workflow; path: readonly string[] }) =>
  path.length === 0 ? workflow.key : `${workflow.key}!${path.join(".")}`;
