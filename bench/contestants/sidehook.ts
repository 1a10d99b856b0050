import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { reportCpu } from "../contestant.ts";

/**
 * The whole gateway as it is built: a global workflow guards `guarded`, another runs after a create of `saved`, and there
 * are a custom action and a webhook; these three are queued.
 */
const folder = mkdtempSync(join(tmpdir(), "sidehook-bench-"));
const file = join(folder, "gateway.yaml");
writeFileSync(
  file,
  `
listen: { port: 0 }
admin: { port: 0 }
upstream: { url: "${process.argv[2]}" }
log: { format: json }
identity: none
workflows:
  guard:
    trigger: { type: pre-action, collection: guarded, global: true, actions: [create] }
    steps:
      - type: condition
        if: size(trigger.params.values.title) < 3
        then: [{ type: end, status: failed }]
      - { type: response-message, message: "Welcome, \${{ trigger.params.values.title }}" }
  react:
    trigger: { type: post-action, collection: saved, global: true, actions: [create] }
    steps: [{ type: calculation, value: "\${{ size(trigger.data.text) }}" }]
  noted:
    trigger: { type: custom-action, context: none }
    steps: [{ type: calculation, value: "\${{ size(trigger.data.text) }}" }]
  hooked:
    trigger: { type: webhook }
    steps: [{ type: calculation, value: "\${{ size(trigger.body.text) }}" }]
`,
);
const built = (name: string) => new URL(`../../dist/${name}`, import.meta.url).href;
const { readConfig } = (await import(
  built("configuration.js")
)) as typeof import("../../src/configuration.ts");
const { startGateway } = (await import(
  built("gateway.js")
)) as typeof import("../../src/gateway.ts");
const gateway = await startGateway(await readConfig(file, {}), {});
reportCpu(gateway.url);
