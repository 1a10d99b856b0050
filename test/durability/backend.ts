import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { answerJson, startUpstream } from "../support/upstream.ts";
import { type SideEffects, startSideEffects } from "./side-effects.ts";

/** The upstream of a gateway that is killed; the upstream lives on. */
export interface Backend {
  /** The gateway's configuration, with a store in a SQLite file. */
  readonly config: string;
  /** Writes another configuration with a store on Postgres. Gives its path. */
  configFor(url: string): Promise<string>;
  /** `ref` of each record that was made. */
  readonly made: ReadonlySet<number>;
  readonly effects: SideEffects;
  /** Called when the next record is made, before the upstream answers: it answers when the promise is resolved. */
  onMade(listener: () => Promise<void>): void;
  /** Called when the upstream has sent its 2xx for the next record. */
  onAnswered(listener: () => void): void;
  stop(): Promise<void>;
}

/** The steps of the workflow `react` that act. */
export const ACTS = ["first", "turns[0].turn", "turns[1].turn", "last"];

/** Starts an upstream, a service with side effects, and writes a configuration whose async post-action acts in four steps. */
export async function startBackend(): Promise<Backend> {
  const made = new Set<number>();
  let afterMade: (() => Promise<void>) | null = null;
  let afterAnswer: (() => void) | null = null;
  const effects = await startSideEffects();
  const upstream = await startUpstream((_request, response, body) => {
    const { ref } = JSON.parse(body.toString()) as { ref: number };
    made.add(ref);
    response.once("finish", () => afterAnswer?.());
    void Promise.resolve(afterMade?.()).then(() => answerJson(response, 201, { id: ref, ref }));
  });
  const folder = await mkdtemp(join(tmpdir(), "sidehook-endurance-"));
  const written = async (name: string, store: string) => {
    const config = join(folder, name);
    await writeFile(config, configOf(upstream.url, effects.url, store));
    return config;
  };
  let others = 0;
  return {
    config: await written("gateway.yaml", 'url: "sqlite:./data/history.db"'),
    configFor: (url) =>
      written(`gateway-${++others}.yaml`, `url: "${url}", key: the key of all instances`),
    made,
    effects,
    onMade: (listener) => (afterMade = listener),
    onAnswered: (listener) => (afterAnswer = listener),
    async stop() {
      effects.stop();
      await upstream.stop();
      await rm(folder, { recursive: true });
    },
  };
}

const configOf = (upstream: string, effects: string, store: string) => `
listen: { port: 0 }
admin: { port: 0 }
upstream: { url: "${upstream}" }
identity: none
store: { ${store} }
log: { level: error, format: json }
workflows:
  react:
    trigger: { type: post-action, collection: posts, global: true, actions: [create] }
    steps:
      - { id: first, type: request, url: "${effects}/\${{ trigger.data.ref }}/first", body: "\${{ trigger.data.ref }}" }
      - { type: delay, for: 20ms }
      - id: turns
        type: loop
        over: 2
        steps:
          - id: turn
            type: request
            url: "${effects}/\${{ trigger.data.ref }}/turn/\${{ each.index }}"
      - { id: last, type: request, url: "${effects}/\${{ trigger.data.ref }}/last", body: "\${{ steps.first.status }}" }
`;
