import { Agent, request as httpRequest } from "node:http";
import { setTimeout as after } from "node:timers/promises";

/** The answer that a client got to one create. */
export interface Answered {
  readonly ref: number;
  /** Null when the connection broke before an answer. */
  readonly status: number | null;
  /** Ids of the runs that `Workflow-Runs` names. */
  readonly runs: readonly string[];
}

/** How to create many. */
export interface LoadOptions {
  /** Connections. */
  readonly clients: number;
  readonly enough: () => boolean;
  /** Called for each answer, and for each request that got none. */
  readonly answered: (answer: Answered) => void;
}

/** How long a client that was refused waits before it comes again, in milliseconds. */
const REFUSED = 20;

/**
 * Creates records `{ ref }` from many connections at once until it is `enough`, or the gateway is gone.
 */
export async function createMany(
  url: string,
  refs: Iterator<number>,
  { clients, enough, answered }: LoadOptions,
): Promise<void> {
  const agent = new Agent({ keepAlive: true, maxSockets: clients });
  const client = async () => {
    for (;;) {
      const { value: ref, done } = refs.next();
      if (done === true || enough()) return;
      const answer = await create(url, agent, ref);
      answered(answer);
      if (answer.status === null) return;
      if (answer.status === 503) await after(REFUSED);
    }
  };
  await Promise.all(Array.from({ length: clients }, client));
  agent.destroy();
}

function create(url: string, agent: Agent, ref: number): Promise<Answered> {
  const body = JSON.stringify({ ref });
  const headers = { "content-type": "application/json", "content-length": body.length };
  return new Promise((resolve) => {
    const lost = () => resolve({ ref, status: null, runs: [] });
    const request = httpRequest(`${url}/posts`, { method: "POST", agent, headers });
    request.once("error", lost).once("response", (response) => {
      response.resume().once("error", lost);
      response.once("end", () => {
        const header = String(response.headers["workflow-runs"] ?? "");
        const runs = [...header.matchAll(/;id="([^"]+)"/g)].map(([, id]) => id ?? "");
        resolve({ ref, status: response.statusCode ?? null, runs });
      });
    });
    request.end(body);
  });
}
