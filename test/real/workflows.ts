import type { Served } from "./backend.ts";

const numbers = (id: string) => `"\${{ steps.${id}.map(post, post.number) }}"`;

/** The configuration of a gateway in front of a backend: a guard, post-actions, and a custom action for each kind of step. */
export function gatewayFor(served: Served): string {
  const posts = served.posts.split("/").at(-1);
  const wraps = JSON.stringify(served.body({ title: 1 })) !== '{"title":1}';
  const wanted = wraps ? "trigger.data.data.wanted" : "trigger.data.wanted";
  const custom = `trigger: { type: custom-action, collection: ${posts}, context: record, sync: true }`;
  return `
upstream: { ${served.upstream} }
identity: ${served.identity}
collections: { ${served.collections} }
workflows:
  trimmed:
    trigger: { type: pre-action, collection: ${posts}, global: true, actions: [create, update] }
    steps:
      - type: set-request
        if: trigger.params.values.title != trigger.params.values.title.trim()
        values: { title: "\${{ trigger.params.values.title.trim() }}" }
  short-titles:
    trigger: { type: pre-action, collection: ${posts}, global: true, actions: [create, update] }
    steps:
      - type: condition
        if: size(trigger.params.values.title) < 3
        then:
          - { type: response-message, message: "Title '\${{ trigger.params.values.title }}' is too short" }
          - { type: end, status: failed }
  audit:
    trigger: { type: post-action, collection: ${posts}, global: true, actions: [create, update], sync: true }
    steps: []
  audit-destroy:
    trigger: { type: post-action, collection: ${posts}, global: true, actions: [destroy], sync: true }
    steps: []
  with-category:
    trigger: { type: post-action, collection: ${posts}, appends: [category], sync: true }
    steps: []
  who:
    ${custom}
    steps: [{ type: output, value: "\${{ trigger.user }}" }]
  count-seed:
    ${custom}
    steps:
      - { id: all, type: query, collection: ${posts} }
      - { type: output, value: "\${{ size(steps.all.filter(post, post.number <= 130)) }}" }
  late:
    ${custom}
    steps:
      - { id: found, type: query, collection: ${posts}, filter: { number: { $gt: 100, $lte: 130 } }, sort: [-number], limit: 3 }
      - { type: output, value: ${numbers("found")} }
  some:
    ${custom}
    steps:
      - { id: found, type: query, collection: ${posts}, filter: { title: { $in: [Title 3, Title 5] } }, sort: [number] }
      - { type: output, value: ${numbers("found")} }
  either:
    ${custom}
    steps:
      - { id: found, type: query, collection: ${posts}, filter: { $or: [{ number: 1 }, { title: Title 130 }] }, sort: [number] }
      - { type: output, value: ${numbers("found")} }
  total:
    ${custom}
    steps:
      - { id: sum, type: aggregate, collection: ${posts}, filter: { number: { $gt: 127, $lte: 130 } }, field: number, function: sum }
      - { type: output, value: "\${{ steps.sum }}" }
  one:
    ${custom}
    steps:
      - { id: found, type: query, collection: ${posts}, key: "\${{ ${wanted} }}", appends: [category] }
      - { type: output, value: "\${{ steps.found }}" }
  write:
    ${custom}
    steps:
      - { id: made, type: create, collection: ${posts}, values: { title: Written, number: 7000 } }
      - { id: changed, type: update, collection: ${posts}, key: "\${{ steps.made.${served.key} }}", values: { title: Rewritten, number: 7000 } }
      - { id: gone, type: destroy, collection: ${posts}, key: "\${{ steps.made.${served.key} }}" }
      - { type: output, value: "\${{ [steps.made, steps.changed, steps.gone] }}" }
  many:
    ${custom}
    steps:
      - type: loop
        over: 3
        steps: [{ type: create, collection: ${posts}, values: { title: One of many, number: 9000 } }]
      - { id: changed, type: update, collection: ${posts}, filter: { title: One of many }, values: { title: "One of many, changed", number: 9000 } }
      - { id: gone, type: destroy, collection: ${posts}, filter: { title: "One of many, changed" } }
      - { type: output, value: "\${{ [steps.changed, steps.gone] }}" }
`;
}
