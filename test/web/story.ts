import type { RunDetail } from "../../src/model/history.ts";
import { type TestGateway, startTestGateway } from "../support/gateway.ts";
import { type Answer, type TestUpstream, answerJson, startUpstream } from "../support/upstream.ts";

/** A gateway with a few workflows, and the requests that make them tell their story. */
export interface Story {
  readonly gateway: TestGateway;
  /** A post with a title; names of workflows that are to run on it. */
  create(title: string, ...workflows: string[]): Promise<Response>;
  /** The upstream goes away in the middle of this update, so that nobody knows whether it happened. */
  updateLost(): Promise<Response>;
  /** Starts a custom action: `restock`. */
  trigger(workflow: string): Promise<Response>;
  /** Runs a workflow by hand, as the admin port lets an operator do; gives the run's id. */
  byHand(workflow: string, context: object): Promise<string>;
  run(id: string): Promise<RunDetail>;
  stop(): Promise<void>;
}

const LOST = "9";

/**
 * Starts a gateway in front of an upstream with posts, and a mail service that is always full.
 * @param options.more further workflows, as YAML with two spaces before each key
 * @param options.admin the line `admin: {…}`
 */
export async function startStory({ more = "", admin = "" } = {}): Promise<Story> {
  const mail = await startUpstream((_request, response) => {
    answerJson(response, 503, { error: "The mailbox is full" });
  });
  const gateway = await startTestGateway(`${admin}\n${yaml(mail)}\n${more}`, {
    answer: answerPosts,
  });
  const send = (method: string, path: string, body: unknown) =>
    fetch(`${gateway.url}${path}`, {
      method,
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });
  return {
    gateway,
    create(title, ...workflows) {
      const named = workflows.length === 0 ? "" : `?triggerWorkflows=${workflows.join(",")}`;
      return send("POST", `/posts${named}`, { title });
    },
    updateLost: () => send("PATCH", `/posts/${LOST}`, { title: "Did it arrive" }),
    trigger: (workflow) => send("POST", `/workflows:trigger?triggerWorkflows=${workflow}`, {}),
    async byHand(workflow, context) {
      const answer = await fetch(`${gateway.adminUrl}/workflows/${workflow}/run`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ context }),
      });
      return ((await answer.json()) as { id: string }).id;
    },
    run: async (id) => (await fetch(`${gateway.adminUrl}/runs/${id}`)).json() as Promise<RunDetail>,
    async stop() {
      await gateway.stop();
      await mail.stop();
    },
  };
}

const answerPosts: Answer = ({ method, url = "" }, response, body) => {
  if (method === "PATCH" && url.endsWith(`/${LOST}`)) return void response.destroy();
  if (method === "GET") return answerJson(response, 200, { id: 9, title: "It did" });
  const post = JSON.parse(body.toString()) as object;
  answerJson(response, 201, { id: 7, ...post });
};

const yaml = ({ url }: TestUpstream) => `
identity: none
workflows:
  reject-short-titles:
    title: Titles need three letters
    trigger: { type: pre-action, collection: posts, global: true, actions: [create] }
    steps:
      - id: long_enough
        type: condition
        if: size(trigger.params.values.title) < 3
        then:
          - type: response-message
            message: "Title '\${{ trigger.params.values.title }}' is too short"
          - { type: end, status: failed }
        else:
          - { type: log, message: "The title will do" }
  complete-posts:
    title: New posts are drafts with a slug
    trigger: { type: pre-action, collection: posts, global: true, actions: [create] }
    steps:
      - id: complete
        type: set-request
        values:
          status: draft
          slug: \${{ trigger.params.values.title.lowerAscii().split(" ").join("-") }}
  announce:
    title: Announce a post by mail
    trigger: { type: post-action, collection: posts }
    steps:
      - id: mail
        type: request
        method: POST
        url: "${url}/send"
        body: { subject: "\${{ trigger.data.title }}" }
        retry: { attempts: 3, delay: 1ms }
      - { type: log, message: "Announced" }
  audit:
    title: Each update is noted
    trigger: { type: post-action, collection: posts, global: true, actions: [update] }
    steps:
      - { id: note, type: log, message: "Post \${{ trigger.data.id }} was changed" }
      - { type: output, value: "\${{ trigger.data }}" }
  restock:
    title: Count, order and tell at the same time
    trigger: { type: custom-action, context: none }
    steps:
      - id: shelves
        type: loop
        over: "[12, 0, 7, 3]"
        steps:
          - id: enough
            type: condition
            if: each.item > 5
            then:
              - { type: log, message: "Shelf \${{ each.index }} is full" }
            else:
              - { id: order, type: calculation, value: "\${{ 10 - each.item }}" }
      - id: both
        type: parallel
        branches:
          - - { id: tell, type: log, message: "Shelves were counted" }
            - { id: total, type: calculation, value: "\${{ 12 + 0 + 7 + 3 }}" }
          - - { id: child, type: subflow, workflow: weigh, input: { grams: 250 } }
      - { id: night, type: delay, for: 8h }
      - { type: output, value: "\${{ steps.both }}" }
  echo:
    title: Say what came
    trigger: { type: subflow }
    steps:
      - { id: say, type: response-message, message: "\${{ trigger.data }}" }
      - { type: output, value: "\${{ trigger.data }}" }
  weigh:
    title: Weigh what comes
    trigger: { type: subflow }
    steps:
      - { type: output, value: "\${{ trigger.data.grams }}" }
`;
