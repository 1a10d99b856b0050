import { expect } from "chai";
import { readConfig } from "../../../src/configuration.ts";
import type { WebhookTrigger } from "../../../src/model/webhook.ts";
import { inFolder } from "../../config/parts.ts";

describe("a webhook trigger", () => {
  it("is async, open to all, whole and answered ok unless it says otherwise", async () => {
    expect(await trigger("type: webhook")).to.deep.equal({
      type: "webhook",
      sync: false,
      auth: null,
      parse: { headers: null, query: null, body: null },
      response: { status: 200, headers: {}, body: "ok" },
      dedupe: null,
    });
  });

  it("takes the sample of NocoBase's manual", async () => {
    const { dedupe, ...rest } = await trigger(SAMPLE, { PAY_PASSWORD: "s3cret" });
    expect(rest).to.deep.equal({
      type: "webhook",
      sync: false,
      auth: { kind: "basic", username: "pay", password: "s3cret" },
      parse: {
        headers: ["x-request-id", "date"],
        query: { kind: "aliases", paths: { first: "query[0].a" } },
        body: { kind: "paths", paths: ["a", "b.c"] },
      },
      response: { status: 202, headers: { "X-Seen": "1" }, body: "ok" },
    });
    const scope = { trigger: { headers: { "x-request-id": "r1" } }, steps: {}, vars: {} };
    expect(dedupe?.for).to.equal(86_400_000);
    expect(dedupe?.key.evaluate(scope)).to.equal("r1");
  });

  it("fills in the defaults of a signature", async () => {
    const { auth } = await trigger(
      "type: webhook, auth: { signature: { scheme: hmac-sha256, secret: s } }",
    );
    expect(auth).to.deep.equal({
      kind: "signature",
      scheme: "hmac-sha256",
      secret: "s",
      tolerance: 300_000,
      header: "x-signature",
      encoding: "hex",
      prefix: "",
    });
  });

  it("offers expressions the fields that parse names, and all fields where it names none", async () => {
    const parse = "parse: { headers: [Date], query: { n: a }, body: [a, b.c] }";
    const good = [
      'trigger.headers["date"]',
      "trigger.headers.date",
      "trigger.query.n",
      "trigger.body.b.c",
      "trigger.request.path",
    ];
    for (const text of good) {
      expect(await problems(`type: webhook, ${parse}`, text), text).to.deep.equal([]);
    }
    expect(
      await problems("type: webhook", 'trigger.headers["any"] + trigger.body.x.y'),
    ).to.deep.equal([]);
    const bad: [text: string, problem: RegExp][] = [
      ['trigger.headers["data"]', /has no field "data"; did you mean "date"/],
      ["trigger.query.m", /trigger.query has no field "m"/],
      ["trigger.body.b.d", /trigger.body.b has no field "d"/],
      ["trigger.user", /trigger has no field "user"/],
      ["trigger.params", /trigger has no field "params"/],
    ];
    for (const [text, problem] of bad) {
      const [first] = await problems(`type: webhook, ${parse}`, text);
      expect(first, text).to.match(problem);
    }
  });
});

describe("a webhook trigger is refused, with the place, when", () => {
  const cases: [title: string, trigger: string, problem: RegExp][] = [
    [
      "its password is empty",
      'type: webhook, auth: { basic: { username: a, password: "" } }',
      /password.*should not be empty/,
    ],
    [
      "its user has a colon",
      'type: webhook, auth: { basic: { username: "a:b", password: p } }',
      /no colon/,
    ],
    [
      "it has no user name",
      "type: webhook, auth: { basic: { password: p } }",
      /username is missing/,
    ],
    ["its secret is empty", signature('scheme: github, secret: ""'), /secret.*should not be empty/],
    [
      "its secret is not base64 where it must be",
      signature("scheme: standard-webhooks, secret: s-!"),
      /secret.*should be base64/,
    ],
    ["its scheme is unknown", signature("scheme: md5, secret: s"), /scheme/],
    [
      "it has two ways of auth",
      "type: webhook, auth: { basic: { username: a, password: p }, signature: { scheme: github, secret: s } }",
      /either basic.* or signature/,
    ],
    ["its auth is empty", "type: webhook, auth: {}", /either basic.* or signature/],
    [
      "its scheme has a header of its own, and it names another",
      signature("scheme: github, secret: s, header: X-A"),
      /header can be set only with hmac-sha256/,
    ],
    [
      "it is sync and has a response",
      "type: webhook, sync: true, response: { status: 202 }",
      /answered by its `response` step/,
    ],
    [
      "its answer has a status that does not exist",
      "type: webhook, response: { status: 99 }",
      /status/,
    ],
    [
      "its answer has a header with a line break",
      'type: webhook, response: { headers: { X-A: "a\\r\\nB: c" } }',
      /no line break/,
    ],
    [
      "its answer sets its own length",
      'type: webhook, response: { headers: { Content-Length: "1" } }',
      /set by the gateway itself/,
    ],
    [
      "it reads a header that carries a credential",
      "type: webhook, parse: { headers: [Authorization] }",
      /carries a credential/,
    ],
    [
      "it has a path that is not valid",
      'type: webhook, parse: { body: { a: "b..c" } }',
      /should be a path/,
    ],
    [
      "it has a path that reaches for a prototype",
      "type: webhook, parse: { body: [a.__proto__.b] }",
      /should be a path/,
    ],
    ["its dedupe has no key", "type: webhook, dedupe: { for: 1h }", /key is missing/],
    [
      "its key is the same for every delivery",
      "type: webhook, dedupe: { key: abc }",
      /same for every delivery/,
    ],
    ["its key is not a text", "type: webhook, dedupe: { key: 5 }", /should be a text/],
    [
      "its key reads a field that does not exist",
      'type: webhook, dedupe: { key: "${{ trigger.heders.a }}" }',
      /trigger has no field "heders"; did you mean "headers"/,
    ],
    [
      "its key reads a header that parse does not name",
      'type: webhook, parse: { headers: [Date] }, dedupe: { key: "${{ trigger.headers.age }}" }',
      /has no field "age"/,
    ],
    [
      "its key reads a step",
      'type: webhook, dedupe: { key: "${{ steps.say }}" }',
      /step "say" is not done yet/,
    ],
    [
      "its key reads a secret",
      'type: webhook, dedupe: { key: "${{ secrets.A }}" }',
      /can't read secrets/,
    ],
    [
      "its key is to be remembered for zero seconds",
      'type: webhook, dedupe: { key: "${{ trigger.body.a }}", for: 0s }',
      /duration over zero/,
    ],
    [
      "it has an expression where none is allowed",
      'type: webhook, response: { body: "${{ trigger.body }}" }',
      /no expression here/,
    ],
    ["it has an unknown key", "type: webhook, method: GET", /unknown key "method"/],
  ];
  for (const [title, text, problem] of cases) {
    it(title, async () => {
      const found = await problems(text);
      expect(found).to.have.length(1);
      expect(found[0])
        .to.match(problem)
        .and.to.match(/^gateway.yaml:5:\d+: /);
    });
  }

  it("a variable of the environment is missing, which is reported once", async () => {
    const found = await problems(
      'type: webhook, auth: { basic: { username: a, password: "${NO}" } }',
    );
    expect(found).to.have.length(1);
    expect(found[0]).to.match(/variable NO is not set/);
  });
});

const SAMPLE = `
      type: webhook
      sync: false
      auth: { basic: { username: pay, password: "\${PAY_PASSWORD}" } }
      parse:
        headers: [X-Request-Id, Date]
        query: { first: "query[0].a" }
        body: [a, b.c]
      response: { status: 202, headers: { X-Seen: "1" }, body: ok }
      dedupe: { key: '\${{ trigger.headers["x-request-id"] }}', for: 24h }`;

const yamlOf = (text: string, expression: string) => `upstream: { url: "http://127.0.0.1:3000" }
identity: none
workflows:
  one:
    trigger: ${text.startsWith("\n") ? text : `{ ${text} }`}
    steps: [{ id: say, type: log, message: '\${{ ${expression} }}' }]
`;

const loaded = (yaml: string, env: Record<string, string> = {}) =>
  inFolder({ "gateway.yaml": yaml }, (file) => readConfig(file, env));

async function trigger(text: string, env?: Record<string, string>): Promise<WebhookTrigger> {
  const [workflow] = (await loaded(yamlOf(text, "1"), env)).workflows;
  return workflow?.trigger as WebhookTrigger;
}

const problems = (text: string, expression = "1"): Promise<string[]> =>
  inFolder({ "gateway.yaml": yamlOf(text, expression) }, (file, folder) =>
    readConfig(file, {}).then(
      () => [],
      (error: Error) => error.message.replaceAll(`${folder}/`, "").split("\n"),
    ),
  );

function signature(own: string): string {
  return `type: webhook, auth: { signature: { ${own} } }`;
}
