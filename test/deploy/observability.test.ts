import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import request from "supertest";
import { parse } from "yaml";
import { samplesOf } from "../metrics/samples.ts";
import { project } from "../support/command.ts";
import { eventually } from "../support/eventually.ts";
import { type TestGateway, startTestGateway } from "../support/gateway.ts";

interface Panel {
  readonly title: string;
  readonly description: string;
  readonly fieldConfig: { readonly defaults: { readonly unit: string } };
  readonly targets: readonly { readonly expr: string; readonly legendFormat: string }[];
}

interface Rule {
  readonly alert: string;
  readonly expr: string;
  readonly for: string;
  readonly labels: { readonly severity: string };
  readonly annotations: { readonly summary: string; readonly description: string };
}

const dashboard = JSON.parse(read("grafana-dashboard.json")) as {
  readonly panels: readonly Panel[];
  readonly templating: {
    readonly list: readonly { readonly name: string; readonly query: string }[];
  };
};
const { groups } = parse(read("prometheus-rules.yaml")) as {
  readonly groups: readonly { readonly rules: readonly Rule[] }[];
};
const rules = groups.flatMap((group) => group.rules);

/** Labels that Prometheus adds. */
const ADDED = ["job", "instance"];

/** Workflows that make a sample of each metric. */
const workflows = `identity: none
workflows:
  guard:
    trigger: { type: pre-action, collection: posts, global: true, actions: [create] }
    steps: [{ type: condition, if: "trigger.params.values.title != 'bad'" }]
  later:
    trigger: { type: post-action, collection: posts, global: true, actions: [create] }
    steps: [{ type: log, message: saved }]
`;

describe("what watches a gateway", () => {
  let gateway: TestGateway;
  /** Names of labels by the name of a metric. */
  let known: ReadonlyMap<string, ReadonlySet<string>>;
  before(async () => {
    gateway = await startTestGateway(workflows, {
      answer(asked, response) {
        if (asked.url === "/broken") return void response.destroy();
        response.writeHead(asked.method === "POST" ? 201 : 200, {
          "Content-Type": "application/json",
        });
        response.end('{"id":1}');
      },
    });
    await request(gateway.url).post("/posts").send({ title: "good" }).expect(201);
    await request(gateway.url).get("/broken").expect(502);
    await eventually(async () => {
      known = labelsByMetric((await request(gateway.adminUrl).get("/metrics").expect(200)).text);
      expect(known.has("sidehook_steps_total")).to.equal(true);
      expect(known.has("sidehook_runs_total")).to.equal(true);
    });
  });
  after(() => gateway.stop());

  it("the dashboard has panels, each with a title, words and a unit", () => {
    expect(dashboard.panels).to.have.length.greaterThan(20);
    for (const { title, description, fieldConfig } of dashboard.panels) {
      expect(title).to.not.equal("");
      expect(description, title).to.not.equal("");
      expect(fieldConfig.defaults.unit, title).to.be.a("string");
    }
    expect(new Set(dashboard.panels.map(({ title }) => title)).size).to.equal(
      dashboard.panels.length,
    );
  });

  it("the dashboard asks only for metrics and labels that a gateway has", () => {
    const { panels, templating } = dashboard;
    const asked = panels.flatMap(({ targets }) => targets.map(({ expr }) => expr));
    for (const expr of asked) {
      expect(unknownIn(expr), expr).to.deep.equal([]);
      expect(expr).to.include('{job=~"$job",instance=~"$instance"');
    }
    for (const { query } of templating.list.slice(1))
      expect(unknownIn(query), query).to.deep.equal([]);
    const legends = panels.flatMap(({ targets }) =>
      targets.flatMap(({ expr, legendFormat }) =>
        [...legendFormat.matchAll(/\{\{(\w+)\}\}/g)].map(([, label = ""]) => ({ expr, label })),
      ),
    );
    expect(legends.length).to.be.greaterThan(10);
    for (const { expr, label } of legends) expect(labelsFor(expr), expr).to.include(label);
  });

  it("the alert rules ask only for metrics and labels that a gateway has", () => {
    expect(rules).to.have.length.greaterThan(8);
    for (const { alert, expr } of rules) expect(unknownIn(expr), alert).to.deep.equal([]);
  });

  it("each alert rule says how bad it is, for how long, and what to do", () => {
    for (const { alert, for: time, labels, annotations } of rules) {
      expect(alert).to.match(/^Sidehook[A-Z]/);
      expect(time, alert).to.match(/^\d+m$/);
      expect(labels.severity, alert).to.be.oneOf(["critical", "warning"]);
      expect(annotations.summary, alert).to.match(/\w/);
      expect(annotations.description, alert).to.match(/\.$/);
    }
  });

  it("a name that no gateway has would be found", () => {
    expect(unknownIn("rate(sidehook_request_total[5m])")).to.deep.equal(["sidehook_request_total"]);
    expect(unknownIn('sidehook_runs{state="queued"}')).to.deep.equal(["state"]);
    expect(unknownIn("sum by (colour) (sidehook_runs)")).to.deep.equal(["colour"]);
  });

  /** The metrics and labels of an expression that a gateway does not have. */
  function unknownIn(expr: string): string[] {
    const names = metricsIn(expr);
    const labels = labelsFor(expr);
    return [
      ...names.filter((name) => !known.has(name)),
      ...labelsIn(expr).filter(
        (label) => names.every((name) => known.has(name)) && !labels.includes(label),
      ),
    ];
  }

  /** The labels of all metrics of an expression. */
  const labelsFor = (expr: string): string[] => [
    ...ADDED,
    ...metricsIn(expr).flatMap((name) => [...(known.get(name) ?? [])]),
  ];
});

const metricsIn = (expr: string): string[] =>
  [...expr.matchAll(/\b(?:sidehook|process|nodejs)_\w+/g)].map(([name]) => name);

/** Of matchers and of `by (…)`. */
const labelsIn = (expr: string): string[] => [
  ...[...expr.matchAll(/\{([^}]*)\}/g)].flatMap(([, matchers = ""]) =>
    [...matchers.matchAll(/(\w+)(?:=~|!~|!=|=)"/g)].map(([, label = ""]) => label),
  ),
  ...[...expr.matchAll(/\bby \(([^)]*)\)/g)].flatMap(([, labels = ""]) => labels.split(", ")),
];

function labelsByMetric(text: string): Map<string, Set<string>> {
  const byMetric = new Map<string, Set<string>>();
  for (const { name, labels } of samplesOf(text)) {
    const all = byMetric.get(name) ?? new Set();
    for (const label of Object.keys(labels)) all.add(label);
    byMetric.set(name, all);
  }
  return byMetric;
}

function read(name: string): string {
  return readFileSync(join(project, "deploy", name), "utf8");
}
