import { setImmediate as turn } from "node:timers/promises";

/** How many turns the event loop makes until some work is done. */
export async function turnsDuring(work: Promise<unknown>): Promise<number> {
  const over = new AbortController();
  const ends = work.finally(() => over.abort());
  let turns = 0;
  while (!over.signal.aborted) {
    await turn();
    turns++;
  }
  await ends;
  return turns;
}
