import { expect } from "chai";
import { mermaidOf } from "../../src/graph/mermaid.ts";
import { type Outline, outlineOf } from "../../src/graph/outline.ts";
import { svgOf } from "../../src/graph/svg.ts";
import { treeOf } from "../../src/graph/tree.ts";
import { readConfig } from "../../src/configuration.ts";
import { outline } from "../../src/outline.ts";
import type { Workflow } from "../../src/model/workflow.ts";
import { inFolder } from "../config/parts.ts";
import { itHolds } from "../support/property.ts";
import { constantFrom, property, string } from "fast-check";

/** Texts that end a label, a line or an element, and that steer a terminal. */
const HOSTILE = [
  '"]\n  s9 --> s1\n%%{init: {}}%%',
  "</title><script>alert(1)</script>",
  "]]>&lt;\u0000\u001B[31m\u202E",
  "`**x**`",
  '" onload="x',
];

describe("the graph of a workflow", () => {
  it("has each step under the path that its runs record, with [*] for the turns of a loop", async () => {
    expect(paths(await drawn("all"))).to.deep.equal([
      "which",
      "which.cases[0].log#0",
      "which.cases[1].ask",
      "which.cases[1].ask.onError.log#0",
      "parallel#1",
      "parallel#1.branches[0].log#0",
      "parallel#1.branches[1].each_post",
      "parallel#1.branches[1].each_post[*].log#0",
      "yes_or_no",
      "yes_or_no.then.log#0",
      "yes_or_no.else.end#0",
    ]);
  });

  it("takes no list in the values of a step for a branch, even where it looks like steps", async () => {
    const { steps } = await drawn("looks-like-steps");
    expect(steps.map(({ branches }) => branches)).to.deep.equal([[]]);
  });

  it("is as text a tree with the trigger, the branches and the tests that lead there", async () => {
    expect(treeOf(await drawn("all"))).to.equal(`all: All there is
after create of posts, on every request
├─ which (multi-conditions)  Which one
│  ├─ cases[0] if trigger.data.id > 3
│  │  └─ log  message: big
│  ├─ cases[1] if trigger.data.title == "x"
│  │  └─ ask (request)  url: http://a.example/  method: POST
│  │     └─ onError
│  │        └─ log  message: failed
│  └─ otherwise
├─ parallel
│  ├─ branches[0]
│  │  └─ log  message: one
│  └─ branches[1]
│     └─ each_post (loop)  over: [1, 2]
│        └─ steps
│           └─ log  message: \${{ each.item }}
└─ yes_or_no (condition)  if: trigger.data.id > 1
   ├─ then
   │  └─ log  message: yes
   └─ else
      └─ end  status: failed
`);
  });

  it("is as Mermaid a flowchart whose arrows name the branches", async () => {
    const lines = mermaidOf(await drawn("all"))
      .split("\n")
      .map((line) => line.trim());
    expect(lines[0]).to.equal("flowchart TB");
    expect(lines).to.include('s1["which (multi-conditions)<br>Which one"]');
    expect(lines).to.include('s1 -->|"cases[0] if trigger.data.id #62; 3"| s2');
    expect(lines).to.include('s3 -.->|"onError"| s4');
    expect(lines).to.include('s1 -->|"otherwise"| s5["no steps"]');
    expect(lines.filter((line) => line.startsWith("subgraph "))).to.have.length(
      lines.filter((line) => line === "end").length,
    );
  });

  it("is as SVG a picture of its own, without scripts, styles or images from elsewhere", async () => {
    const svg = svgOf(await drawn("all"));
    expect(svg).to.match(/^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg" width="\d+" height="\d+"/);
    const [trigger, steps, branches] = [1, 11, 9];
    expect(svg.match(/<rect /g)).to.have.length(trigger + steps + branches);
    expect(svg).not.to.match(/<script|href|@import|url\((?!#arrow\))/);
  });

  it("of a workflow without steps is its trigger alone", () => {
    const empty = ofSteps([], "nothing");
    expect(treeOf(empty)).to.equal("nothing: t\nnow\n");
    expect(mermaidOf(empty).split("\n")).to.have.length(3);
    expect(svgOf(empty).match(/<rect /g)).to.have.length(1);
  });

  it("says that a workflow is disabled", () => {
    expect(treeOf({ ...ofSteps([], "off"), enabled: false })).to.match(/^off: t \(disabled\)\n/);
  });

  itHolds(
    "never lets the text of a workflow out of its place, in none of its forms",
    property(string({ unit: "binary", maxLength: 200 }), constantFrom(...HOSTILE), (any, bad) => {
      const text = `${any}${bad}`;
      const graph = ofSteps([{ type: "log", id: text, title: text, message: text }], text, text);
      // Two lines tell of the workflow, and one of its step.
      expect(treeOf(graph).trimEnd().split("\n")).to.have.length(3);
      expect(treeOf(graph)).not.to.match(/[^\P{Cc}\n]/u);
      expect(mermaidOf(graph).trimEnd().split("\n")).to.have.length(4);
      for (const label of mermaidOf(graph).matchAll(/"(.*)"/g))
        expect(label[1]).not.to.match(/["`%{}\\<>](?!br>)(?<!<br>)/);
      const tags = [...svgOf(graph).matchAll(/<\/?([^ >/]*)/g)].map(([, name]) => name);
      expect(new Set(tags)).to.deep.equal(
        new Set(["svg", "title", "style", "defs", "marker", "path", "g", "rect", "text"]),
      );
    }),
  );
});

const yaml = `
upstream: { url: "http://127.0.0.1:3000" }
identity: none
workflows:
  all:
    title: All there is
    trigger: { type: post-action, collection: posts, global: true, actions: [create] }
    steps:
      - id: which
        title: Which one
        type: multi-conditions
        cases:
          - if: trigger.data.id > 3
            steps: [{ type: log, message: big }]
          - if: trigger.data.title == "x"
            steps:
              - { id: ask, type: request, url: "http://a.example/", method: POST, onError: [{ type: log, message: failed }] }
        otherwise: []
      - type: parallel
        branches:
          - [{ type: log, message: one }]
          - [{ id: each_post, type: loop, over: "[1, 2]", steps: [{ type: log, message: "\${{ each.item }}" }] }]
      - id: yes_or_no
        type: condition
        if: trigger.data.id > 1
        then: [{ type: log, message: "yes" }]
        else: [{ type: end, status: failed }]
  looks-like-steps:
    trigger: { type: subflow }
    steps:
      - { type: create, collection: jobs, values: { steps: [{ type: log, message: one }], then: [{ type: log }] } }
`;

const drawn = (key: string): Promise<Outline> =>
  inFolder({ "gateway.yaml": yaml }, async (file) => {
    const { workflows, stepTypes } = await readConfig(file, {});
    return outline(workflows.find((one) => one.key === key) as Workflow, stepTypes);
  });

const paths = ({ steps }: Pick<Outline, "steps">): string[] =>
  steps.flatMap(({ path, branches }) => [path, ...branches.flatMap(paths)]);

const ofSteps = (steps: readonly object[], key: string, title = "t"): Outline =>
  outlineOf(
    {
      key,
      title,
      enabled: true,
      trigger: { type: "subflow" },
      definition: { hash: "", source: JSON.stringify({ steps }) },
    },
    { when: () => "now", holdsSteps: () => false },
  );
