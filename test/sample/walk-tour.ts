import { readFileSync } from "node:fs";
import { expect } from "chai";
import { until } from "../support/until.ts";
import type { Sample } from "./clone.ts";
import { type CurlAnswer, readCurl, send } from "./curl.ts";
import { tourOf } from "./tour.ts";

const readme = readFileSync(new URL("../../README.md", import.meta.url), "utf8");
const tour = tourOf(readme);

/**
 * Defines tests that go through the README's tour, command by command.
 * @param sampleFor where the next command is sent to. It gets the answer to the one before; null before the first
 */
export function walkTour(sampleFor: (last: CurlAnswer | null) => Promise<Sample>): void {
  const seen: CurlAnswer[] = [];

  it("has a command for each answer that is expected here, in this order", () => {
    const stops = [...new Set(tour.map(({ stop }) => stop))];
    expect(stops).to.deep.equal(Object.keys(expected));
  });

  for (const [at, { stop, command, status, shown }] of tour.entries()) {
    const nth = tour.slice(0, at).filter((other) => other.stop === stop).length;
    it(`gets the answer that it promises under “${stop}” to ${command}`, async () => {
      const expectation = expected[stop]?.[nth];
      if (!expectation) throw new Error(`say in ${import.meta.url} what \`${command}\` answers`);
      const sample = await sampleFor(seen.at(-1) ?? null);
      const request = readCurl(asServed(command, sample));
      if (expectation.eventually) await until(async () => holds(await send(request), expectation));
      const answer = await send(request);
      seen.push(answer);

      const body: unknown = JSON.parse(answer.body);
      expect(answer.status, answer.body).to.equal(expectation.status);
      expect(status ?? answer.status, "the status that the text says").to.equal(answer.status);
      if (shown !== undefined) expect(body).to.deep.equal(shown);
      expect(body).to.deep.include(expectation.body ?? {});
      expect(runsOf(answer)).to.include.members(expectation.runs ?? []);
      await expectation.also?.(body, sample, answer);
    });
  }

  /** A command with the ports that this sample has, and an id of a run that an answer told. */
  function asServed(command: string, sample: Sample): string {
    const ids = seen.map(({ headers }) => /id="([^"]+)"/.exec(String(headers["workflow-runs"])));
    const id = ids.findLast((found) => found !== null)?.[1] ?? "ID";
    return command
      .replace("http://127.0.0.1:8080", sample.gateway)
      .replace("http://127.0.0.1:8081", sample.admin)
      .replace(/\bID\b/, id);
  }
}

/** The expected answer to a command of the tour. */
interface Expectation {
  readonly status: number;
  /** What the body holds, if no `json` block shows the whole. */
  readonly body?: Readonly<Record<string, unknown>>;
  /** What the header `Workflow-Runs` holds: `tell queued`. */
  readonly runs?: readonly string[];
  /** Set where a queued run brings the body about. */
  readonly eventually?: boolean;
  /** What else is to hold after it. */
  also?(body: unknown, sample: Sample, answer: CurlAnswer): Promise<void> | void;
}

const runsOf = ({ headers }: CurlAnswer): string[] =>
  [...String(headers["workflow-runs"]).matchAll(/"([^"]+)";id="[^"]+";status=([a-z-]+)/g)].map(
    ([, key, status]) => `${key} ${status}`,
  );

function holds({ body }: CurlAnswer, expectation: Expectation): boolean {
  const value = JSON.parse(body) as Record<string, unknown>;
  return Object.entries(expectation.body ?? {}).every(([name, wanted]) => value[name] === wanted);
}

/** The JSON that the backend itself has at a path. */
async function saved({ backend }: Sample, path: string): Promise<unknown> {
  return (await fetch(`${backend}${path}`)).json();
}

/** The posts that the backend itself has. */
async function titles(sample: Sample): Promise<string[]> {
  const posts = (await saved(sample, "/posts")) as { title: string }[];
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
      async also(body, sample) {
        const { id } = body as { id: number };
        expect(await saved(sample, `/posts/${id}`)).to.deep.equal({ ...newDay, id });
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
  "After the action": [{ status: 201, body: { title: "A saved day" }, runs: ["tell queued"] }],
  "Two at once": [
    {
      status: 201,
      runs: ["thank succeeded", "tell queued"],
      also(_body, _sample, { headers }) {
        const messages: unknown = JSON.parse(String(headers["workflow-messages"]));
        expect(messages).to.deep.equal([{ message: "'A shared day' is now in News" }]);
      },
    },
  ],
  "Along an association": [
    { status: 201, runs: ["count-posts queued"] },
    { status: 200, body: { name: "News", postCount: 4 }, eventually: true },
  ],
  "A custom action": [
    {
      status: 400,
      body: { errors: [{ message: "Well 9 has 82; it takes 90 to be released" }] },
      async also(_body, sample) {
        expect(await saved(sample, "/inspections")).to.deep.equal([]);
        expect(await saved(sample, "/samples/2")).to.include({ status: "new" });
      },
    },
    {
      status: 200,
      body: { messages: [{ message: "Well 7 is released; its inspection is number 1" }] },
      async also(body, sample) {
        const { data } = body as { data: unknown };
        expect(data).to.include({ sampleId: 1, indicator: 97 });
        expect(await saved(sample, "/inspections/1")).to.deep.equal(data);
        expect(await saved(sample, "/samples/1")).to.include({ status: "released" });
      },
    },
    {
      status: 200,
      async also(body, sample) {
        const { data } = body as { data: unknown };
        expect(data).to.include({ sampleId: 2, indicator: 93 });
        expect(await saved(sample, "/samples/2")).to.include({ indicator: 82 });
      },
    },
    { status: 200, runs: ["release succeeded", "note-release queued"] },
  ],
  "A webhook": [
    { status: 401 },
    { status: 202, body: { accepted: true } },
    { status: 200, body: { indicator: 95, status: "measured" }, eventually: true },
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
    { status: 200, body: { workflow: "measured", status: "succeeded" }, eventually: true },
  ],
};
