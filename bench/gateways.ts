// The configurations that Sidehook is measured with, each a gateway.yaml of its own.
import { createHmac } from "node:crypto";

/** How `identity:` is written, and the rest of the workflows. */
interface Parts {
  readonly identity?: string;
  readonly more?: string;
}

const gateway = ({ identity = "none", more = "" }: Parts) => `
listen: { port: 0 }
admin: { port: 0 }
upstream: { url: "\${UPSTREAM}" }
identity: ${identity}
workflows:
  guard:
    trigger: { type: pre-action, collection: guarded, global: true, actions: [create] }
    steps:
      - id: large
        type: condition
        if: trigger.params.values.amount > 100 && trigger.params.values.status == "draft"
        then:
          - { id: priority, type: calculation, value: "\${{ trigger.params.values.amount * 2.0 }}" }
          - { type: response-message, message: "Order \${{ trigger.params.values.customerId }} has priority" }
  complete:
    trigger: { type: pre-action, collection: completed, global: true, actions: [create] }
    steps:
      - { type: set-request, values: { priority: high } }
  react:
    trigger: { type: post-action, collection: watched, global: true, actions: [create] }
    steps: [{ type: calculation, value: "\${{ size(trigger.data.title) }}" }]
  note:
    trigger: { type: custom-action, context: none }
    steps: [{ type: calculation, value: "\${{ size(trigger.data.title) }}" }]
  hooked:
    trigger: { type: webhook }
    steps: [{ type: calculation, value: "\${{ size(trigger.body.title) }}" }]
${more}`;

const SECRET = "a secret of the bench that is long enough for HS256";

/** A thousand workflows that look at other collections. */
const thousand = Array.from(
  { length: 1_000 },
  (_, number) => `
  guard-${number}:
    trigger: { type: pre-action, collection: other${number}, global: true, actions: [create, update] }
    steps:
      - { type: condition, if: "trigger.params.values.amount > ${number}", then: [{ type: end, status: failed }] }`,
).join("");

/** Name → gateway.yaml. `UPSTREAM` is a variable of its environment. */
export const gateways = {
  plain: gateway({}),
  jwt: gateway({ identity: `{ jwt: { secret: "${SECRET}", algorithms: [HS256] } }` }),
  introspect: gateway({ identity: "{ introspect: { path: /users/me, cache: 1h } }" }),
  crowded: gateway({ more: thousand }),
} as const;

/** A token for the gateway `jwt`; for the gateway `introspect` it is as good as any. */
export const token = jwt({ sub: "7", roles: ["editor"], exp: 4_102_444_800 });

function jwt(claims: object): string {
  const signed = `${base64url({ alg: "HS256", typ: "JWT" })}.${base64url(claims)}`;
  return `${signed}.${createHmac("sha256", SECRET).update(signed).digest("base64url")}`;
}

function base64url(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString("base64url");
}
