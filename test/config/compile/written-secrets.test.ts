import { expect } from "chai";
import { writtenSecrets } from "../../../src/config/compile/written-secrets.ts";
import { secretNames } from "../../../src/model/secrets.ts";

const found = (workflow: unknown) =>
  Object.fromEntries(
    writtenSecrets(workflow, secretNames(["iban"])).map(({ path, shown }) => [
      path.join("."),
      shown,
    ]),
  );
const step = (config: object) => ({ steps: [config] });

describe("a secret that a workflow writes out", () => {
  const cases: [string, object, object][] = [
    [
      "of a webhook's signature",
      { trigger: { type: "webhook", auth: { signature: { scheme: "github", secret: "s" } } } },
      { "trigger.auth.signature.secret": "[redacted]" },
    ],
    [
      "of a webhook's basic auth",
      { trigger: { auth: { basic: { username: "pay", password: "hunter2" } } } },
      { "trigger.auth.basic.password": "[redacted]" },
    ],
    [
      "as a header",
      step({ headers: { Authorization: "Bearer abc", "X-Functions-Key": "k", "X-Own": "1" } }),
      {
        "steps.0.headers.Authorization": "[redacted]",
        "steps.0.headers.X-Functions-Key": "[redacted]",
      },
    ],
    [
      "under its name at any depth, as a number too, and under an operator",
      step({ values: { a: [{ otp: 1234, Iban: "DE1" }] }, filter: { token: { $in: ["x"] } } }),
      {
        "steps.0.values.a.0.otp": "[redacted]",
        "steps.0.values.a.0.Iban": "[redacted]",
        "steps.0.filter.token.$in.0": "[redacted]",
      },
    ],
    [
      "in a URL and in a body",
      step({ url: "https://me:pw@h/?token=abc&n=${{ 1 }}&key=${KEY}", body: "password=x" }),
      {
        "steps.0.url": "https://me:[redacted]@h/?token=[redacted]&n=${{ 1 }}&key=${KEY}",
        "steps.0.body": "password=[redacted]",
      },
    ],
    [
      "as a default, or beside a reference",
      step({ values: { password: "${PW:-hunter2}", token: "abc${{ vars.x }}" } }),
      { "steps.0.values.password": "[redacted]", "steps.0.values.token": "[redacted]" },
    ],
  ];
  for (const [where, workflow, expected] of cases) {
    it(`is found ${where}`, () => expect(found(workflow)).to.deep.equal(expected));
  }

  const innocent: [string, object][] = [
    ["comes from the environment", step({ values: { password: "${PW}", token: "${T:-}" } })],
    ["comes from an expression", step({ headers: { Cookie: "${{ secrets.SID }}" } })],
    [
      "stands behind a scheme or a cookie's name",
      step({ headers: { Authorization: "Bearer ${T}", Cookie: "sid=${{ secrets.A }}; b=${B}" } }),
    ],
    ["stands in a URL", step({ url: "https://${U}:${P}@h/?token=${T}&a=${{ secrets.B }}" })],
    ["is nothing", step({ values: { password: null, token: "", secret: true } })],
    ["is a path of parse", { trigger: { parse: { body: { token: "a.token" } } } }],
    ["is an expression about one", step({ if: "x.token=='abc'", values: { a: "token=abc" } })],
    [
      "is a schema",
      step({ schema: { properties: { password: { type: "string", minLength: 8 } } } }),
    ],
  ];
  for (const [why, workflow] of innocent) {
    it(`is not found in what ${why}`, () => expect(found(workflow)).to.deep.equal({}));
  }
});
