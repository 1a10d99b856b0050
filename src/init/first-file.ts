import { stringify } from "yaml";
import type { Collection, Found } from "./found.ts";

/** A value as YAML of one line. */
const inline = (value: unknown): string =>
  stringify(value, { collectionStyle: "flow", lineWidth: 0 }).trimEnd();

/**
 * A first gateway.yaml for an upstream: everything that newcomers set, each with a comment, and one workflow that touches
 * nothing.
 */
export function firstFile({
  name,
  api,
  url,
  prefix,
  collections,
  because,
  identity,
}: Found): string {
  return `# yaml-language-server: $schema=./gateway.schema.json
# Sidehook in front of ${name}. Every key except upstream.url has a default; docs/configuration.md lists them all.
# After a change: sidehook check. With plugins, or a newer Sidehook: sidehook schema > gateway.schema.json

listen: { host: 127.0.0.1, port: 8080 } # for clients, in place of the upstream
admin: { host: 127.0.0.1, port: 8081 } # for operators: what ran, health

upstream:
  url: ${inline(url)}
  api: ${api} # ${because}
${prefix === null ? "" : `  prefix: ${inline(prefix)} # where collections live, on both sides\n`}
# Who is calling. "none": trigger.user is null, and anyone may run custom actions. See docs/identity.md.
identity: none
${identity === null ? EXAMPLE_IDENTITY : `# identity: ${identity}`}

${collectionLines(collections)}
workflows:
  # Touches nothing of the upstream.
  hello:
    title: Say hello
    trigger: { type: custom-action, context: none, sync: true }
    steps:
      - type: response-message
        message: Hello from Sidehook

${guard(collections[0]?.name ?? "posts")}`;
}

const EXAMPLE_IDENTITY =
  '# identity: { jwt: { secret: "${JWT_SECRET}", algorithms: [HS256], rolesClaim: roles } }';

/** Only what differs from the defaults is written; the other collections are named in a comment. */
function collectionLines(collections: readonly Collection[]): string {
  if (collections.length === 0) {
    return `# Collections need no entry, only what differs from the defaults:
# collections:
#   posts:
#     associations: { category: { collection: categories } }
`;
  }
  const found = `# Collections that were found: ${collections.map(({ name }) => name).join(", ")}.\n`;
  const leading = collections.filter(({ associations }) => Object.keys(associations).length > 0);
  if (leading.length === 0)
    return `${found}# They need no entry, only what differs from the defaults.\n`;
  const entries = leading.map(({ name, associations }) => {
    const targets = Object.entries(associations).map(([field, collection]) => [
      field,
      { collection },
    ]);
    return `  ${name}:\n    associations: ${inline(Object.fromEntries(targets))}\n`;
  });
  return `${found}# Only what differs from the defaults needs an entry: here, which field leads to which collection.
collections:
${entries.join("")}`;
}

const guard = (
  collection: string,
): string => `  # A guard: each create is looked at before the upstream sees it. With observe it is recorded, and nothing is refused.
  # guard-${collection}:
  #   title: A title is needed
  #   trigger:
  #     { type: pre-action, collection: ${collection}, global: true, actions: [create], observe: true }
  #   steps:
  #     - type: condition
  #       if: "!has(trigger.params.values.title)"
  #       then:
  #         - { type: response-message, message: A title is needed }
  #         - { type: end, status: failed }
`;
