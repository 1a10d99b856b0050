import { expect } from "chai";
import { load, problemsOf } from "../parts.ts";

const CALL = '{ type: call, url: "http://h" }';

describe("a step that runs another workflow", () => {
  it("runs one whose trigger is subflow, before or behind it, in any file", async () => {
    const text = workflows(
      post("{ type: run, workflow: one }"),
      sub("one", "{ type: run, workflow: two }"),
    );
    const files = { "more.yaml": `workflows:\n${sub("two", "")}` };
    expect(await problemsOf(`include: [more.yaml]\n${text}`, {}, files)).to.deep.equal([]);
  });

  it("may run itself, and others in a circle: limits.depth bounds them", async () => {
    const circle = workflows(
      post("{ type: run, workflow: one }"),
      sub("one", "{ type: run, workflow: two }"),
      sub("two", `{ type: run, workflow: one }, { type: run, workflow: two }, ${CALL}`),
    );
    const config = await load(circle);
    expect(config.workflows.map(({ acts }) => acts)).to.deep.equal([true, true, true]);
  });

  it("may compute the workflow's name", async () => {
    const text = workflows(post('{ type: run, workflow: "${{ trigger.data }}" }'));
    expect(await problemsOf(text)).to.deep.equal([]);
  });

  it("must name a workflow that exists; the problem names the nearest", async () => {
    const text = workflows(post("{ type: run, workflow: ones }"), sub("one", ""));
    expect(await problemsOf(text)).to.deep.equal([
      'gateway.yaml:5:95: workflows.saved.steps.0.workflow: there is no workflow "ones"; did you mean "one"?',
    ]);
  });

  it("is a problem where no workflow can be run by it", async () => {
    const [problem] = await problemsOf(workflows(post("{ type: run, workflow: x }")));
    expect(problem).to.match(
      /there is no workflow "x"; no workflow has trigger: \{ type: subflow \}$/,
    );
  });

  it("runs no workflow of another type", async () => {
    const text = workflows(post("{ type: run, workflow: saved }"));
    expect(await problemsOf(text)).to.deep.equal([
      'gateway.yaml:5:95: workflows.saved.steps.0.workflow: workflow "saved" is of type post-action; only workflows with trigger: { type: subflow } can be run so',
    ]);
  });

  it("is not called wrong for a workflow that is there, but has problems of its own", async () => {
    const text = workflows(post("{ type: run, workflow: one }"), sub("one", "{ type: nosuch }"));
    const problems = await problemsOf(text);
    expect(problems).to.have.length(1);
    expect(problems[0]).to.contain("workflows.one.steps.0.type: unknown step type");
  });

  it("makes its workflow act when that one does, through others too", async () => {
    const text = workflows(
      post("{ type: run, workflow: one }"),
      sub("one", "{ type: run, workflow: two }"),
      sub("two", CALL),
      sub("three", ""),
    );
    const acts = (await load(text)).workflows.map(({ key, acts: does }) => [key, does]);
    expect(Object.fromEntries(acts)).to.deep.equal({
      saved: true,
      one: true,
      two: true,
      three: false,
    });
  });
});

describe("a wait", () => {
  it("is refused in a sync workflow whose timeout is shorter", async () => {
    const text = workflows(post("{ type: pause, for: 31s }", "sync: true"));
    expect(await problemsOf(text)).to.deep.equal([
      "gateway.yaml:5:84: workflows.saved.steps.0: waits 31s, but a client waits only 30s for this workflow; wait less, raise its timeout, or wait in an async workflow",
    ]);
  });

  it("is refused in a pre-action, at any depth", async () => {
    const inner = "{ type: check, if: true, then: [{ type: pause, for: 1h }] }";
    const [problem] = await problemsOf(workflows(pre(inner)));
    expect(problem).to.match(/^gateway.yaml:5:\d+: workflows.guard.steps.0.then.0: waits 1h, but/);
  });

  it("may be as long as the timeout, and of any length where no client waits", async () => {
    for (const text of [
      workflows(post("{ type: pause, for: 30s }", "sync: true")),
      workflows(post("{ type: pause, for: 2m }", "sync: true", "timeout: 2m,")),
      workflows(post("{ type: pause, for: 7d }")),
      workflows(post('{ type: pause, for: "${{ trigger.data }}" }', "sync: true")),
      workflows(sub("one", "{ type: pause, for: 7d }")),
    ]) {
      expect(await problemsOf(text)).to.deep.equal([]);
    }
  });

  it("in a subflow is refused where a client waits for it, however far down", async () => {
    const text = workflows(
      post("{ type: run, workflow: one }", "sync: true"),
      sub("one", "{ type: run, workflow: two }"),
      sub("two", "{ type: pause, for: 1h }"),
    );
    expect(await problemsOf(text)).to.deep.equal([
      "gateway.yaml:5:107: workflows.saved.steps.0.workflow: waits 1h at gateway.yaml:7:46, but a client waits only 30s for this workflow; wait less, raise its timeout, or wait in an async workflow",
    ]);
  });

  it("is accepted in a subflow that is not waited for", async () => {
    const text = workflows(
      post("{ type: run, workflow: one, wait: false }", "sync: true"),
      sub("one", "{ type: pause, for: 1h }"),
    );
    expect(await problemsOf(text)).to.deep.equal([]);
  });
});

describe("a step that needs a client who waits", () => {
  const ask = "{ type: ask, as: caller }";

  it("is refused in an async workflow, at the key that says it", async () => {
    expect(await problemsOf(workflows(post(ask)))).to.deep.equal([
      "gateway.yaml:5:89: workflows.saved.steps.0.as: nobody waits here; write sync: true in its trigger",
    ]);
  });

  it("is accepted in a sync workflow, in a pre-action, and in a subflow of these", async () => {
    for (const text of [
      workflows(post(ask, "sync: true")),
      workflows(pre(ask)),
      workflows(pre("{ type: run, workflow: one }"), sub("one", ask)),
      workflows(post("{ type: ask, as: service }")),
    ]) {
      expect(await problemsOf(text)).to.deep.equal([]);
    }
  });

  it("is refused in a subflow of an async workflow, or that a sync one does not wait for", async () => {
    for (const caller of [
      post("{ type: run, workflow: one }"),
      post("{ type: run, workflow: one, wait: false }", "sync: true"),
    ]) {
      const [problem, more] = await problemsOf(workflows(caller, sub("one", ask)));
      expect(problem).to.match(
        /steps.0.workflow: at gateway.yaml:6:\d+, nobody waits here; run it from a sync workflow, and wait for it$/,
      );
      expect(more).to.equal(undefined);
    }
  });
});

describe("identity: none must be written in the file", () => {
  it("where a custom action is, acting or not", async () => {
    const custom = "  click: { trigger: { type: custom-action, collection: posts }, steps: [] }\n";
    const [problem] = await problemsOf(silent(custom));
    expect(problem).to.match(
      /^gateway.yaml:1:1: identity is missing: workflow "click" is a custom action, and anyone/,
    );
  });

  it("where a pre-action acts through a subflow", async () => {
    const [problem] = await problemsOf(
      silent(pre("{ type: run, workflow: one }"), sub("one", CALL)),
    );
    expect(problem).to.match(/identity is missing: workflow "guard" has steps that act/);
  });

  it("except for post-actions, which run only after the upstream has allowed the action", async () => {
    expect(await problemsOf(silent(post(CALL), sub("one", CALL)))).to.deep.equal([]);
  });
});

describe("associations that a trigger loads", () => {
  const COLLECTIONS = `collections:
  posts: { associations: { author: { collection: users } } }
  users: { associations: { company: { collection: firms } } }
`;
  const loads = (...paths: string[]) => {
    const trigger = `type: custom-action, collection: posts, appends: [${paths.join(", ")}]`;
    return `${COLLECTIONS}${workflows(`  click: { trigger: { ${trigger} }, steps: [] }\n`)}`;
  };

  it("are those that the configuration names, all along their path", async () => {
    expect(await problemsOf(loads("author", "author.company"))).to.deep.equal([]);
  });

  it("are refused at their place in the list where the configuration does not name them", async () => {
    expect(await problemsOf(loads("author", "autor", "author.firm"))).to.deep.equal([
      'gateway.yaml:8:81: workflows.click.trigger.appends.1: posts has no association "autor"; did you mean "author"?',
      'gateway.yaml:8:88: workflows.click.trigger.appends.2: users has no association "firm"; name it under collections.users.associations',
    ]);
  });

  it("are not checked where the upstream loads them along", async () => {
    const nocobase = loads("whatever").replace('url: "http://h"', 'url: "http://h", api: nocobase');
    expect(await problemsOf(nocobase)).to.deep.equal([]);
  });
});

/** The first workflow stands on line 5. */
const workflows = (...all: string[]) =>
  `upstream: { url: "http://h" }\nidentity: none\n\nworkflows:\n${all.join("")}`;

const silent = (...all: string[]) => workflows(...all).replace("identity: none\n", "");

const post = (steps: string, words = "", head = "") =>
  `  saved: { ${head} trigger: { type: post-action, collection: posts${words && ", "}${words} }, steps: [${steps}] }\n`;

const pre = (steps: string) =>
  `  guard: { trigger: { type: pre-action, collection: posts }, steps: [${steps}] }\n`;

const sub = (key: string, steps: string) =>
  `  ${key}: { trigger: { type: subflow }, steps: [${steps}] }\n`;
