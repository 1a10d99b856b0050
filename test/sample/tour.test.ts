import { readFileSync } from "node:fs";
import { expect } from "chai";
import type { Running } from "../support/command.ts";
import { type Clone, type Sample, addresses, cloneProject } from "./clone.ts";
import { type CurlAnswer, readCurl, send } from "./curl.ts";
import { tourOf } from "./tour.ts";

const readme = readFileSync(new URL("../../README.md", import.meta.url), "utf8");
const tour = tourOf(readme);

describe("the README's tour, in front of json-server", function () {
  this.timeout(30_000);
  let clone: Clone;
  let running: Running;
  let sample: Sample;
  const seen: CurlAnswer[] = [];

  before(async () => {
    clone = await cloneProject();
    running = clone.start();
    sample = await addresses(running);
  });
  after(async () => {
    running.process.kill("SIGTERM");
    await running.ended;
    await clone.remove();
  });

  it("has a command for each answer that is expected here, in this order", () => {
    const stops = [...new Set(tour.map(({ stop }) => stop))];
    expect(stops).to.deep.equal(Object.keys(expected));
  });

  for (const [at, { stop, prose, command, shown }] of tour.entries()) {
    const nth = tour.slice(0, at).filter((other) => other.stop === stop).length;
    it(`${stop}: ${command}`, async () => {
      const expectation = expected[stop]?.[nth];
      if (!expectation) throw new Error(`say in ${import.meta.url} what \`${command}\` answers`);
      const answer = await send(readCurl(asServed(command)));
      seen.push(answer);

      const { status, body, also } = expectation;
      const value: unknown = JSON.parse(answer.body);
      expect(answer.status, answer.body).to.equal(status);
      if (shown !== undefined) expect(value).to.deep.equal(shown);
      if (body) expect(value).to.deep.include(body);
      await also?.(value, sample);
      const [said] = /\b[1-5]\d\d\b/.exec(prose) ?? [];
      expect(said ?? String(status), "the status that the text says").to.equal(String(status));
    });
  }

  /** A command with the ports that this sample has, and an id of a run that an answer told. */
  function asServed(command: string): string {
    const told = seen.map(({ headers }) => /id="([^"]+)"/.exec(String(headers["workflow-runs"])));
    const id = told.findLast((found) => found !== null)?.[1] ?? "ID";
    return command
      .replace("http://127.0.0.1:8080", sample.gateway)
      .replace("http://127.0.0.1:8081", sample.admin)
      .replace(/\bID\b/, id);
  }
});

/** What a command of the tour is to answer. */
interface Expectation {
  readonly status: number;
  /** What the body holds, if no `json` block shows the whole. */
  readonly body?: Readonly<Record<string, unknown>>;
  /** What else is to hold after it. */
  also?(body: unknown, sample: Sample): Promise<void> | void;
}

/** The posts that the backend itself has. */
async function titles({ backend }: Sample): Promise<string[]> {
  const posts = (await (await fetch(`${backend}/posts`)).json()) as { title: string }[];
  return posts.map(({ title }) => title);
}

const newDay = { title: "A new day", status: "draft", slug: "a-new-day" };

/** By the bold words of the tour's paragraphs: one for each command of the block. */
const expected: Readonly<Record<string, readonly Expectation[]>> = {
  "Passed through": [{ status: 200, body: { id: 1, title: "Hello, sidecar" } }],
  Refused: [
    {
      status: 400,
      async also(_body, sample) {
        expect(await titles(sample)).not.to.include("ab");
      },
    },
  ],
  Changed: [
    {
      status: 201,
      body: newDay,
      async also(body, { backend }) {
        const { id } = body as { id: number };
        const saved: unknown = await (await fetch(`${backend}/posts/${id}`)).json();
        expect(saved).to.deep.equal({ ...newDay, id });
      },
    },
  ],
  "Ended well": [
    {
      status: 200,
      async also(_body, sample) {
        expect(await titles(sample)).not.to.include("Not yet");
      },
    },
  ],
  "What ran": [
    {
      status: 200,
      also(body) {
        const { runs } = body as { runs: { workflow: string; status: string }[] };
        const ran = runs.map(({ workflow, status }) => `${workflow} ${status}`);
        expect(ran).to.include("dry-run succeeded").and.include("reject-short-titles failed");
      },
    },
    { status: 200, body: { workflow: "dry-run", status: "succeeded" } },
  ],
};
