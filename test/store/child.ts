// A process of its own that opens a store, works with it, tells of what was committed, and waits to be killed.
//     node --import tsx child.ts <file> begin <run id>
//     node --import tsx child.ts <file> accept
//     node --import tsx child.ts <file> claim
import { v7 as uuid } from "uuid";
import type { Store } from "../../src/store/store.ts";
import { aNewRun, aStart, aStep, aWorkflow, anEnd } from "../support/runs.ts";
import { openTestStore } from "../support/sqlite-place.ts";
import type { Report } from "./store-child.ts";

const [file = "", work = "", id = ""] = process.argv.slice(2);
// The parent is gone.
process.once("disconnect", () => process.exit(0));
const post = (report: Report) => void process.send?.(report);

const works: Readonly<Record<string, (store: Store) => Promise<unknown>>> = {
  /** Begins a run. */
  async begin(store) {
    await store.begin(aWorkflow({ key: "cut" }), aStart({ id }));
    post({ begun: id });
  },

  /** Accepts runs, five at a time and under one request id, and settles the intent of each five, for ever. */
  async accept(store) {
    const acceptFive = async (): Promise<void> => {
      const requestId = uuid();
      const intent = aNewRun({ requestId });
      await store.intents.open(requestId, [intent]);
      const runs = Array.from({ length: 5 }, () => aNewRun({ requestId }));
      await store.queue.accept(runs, { intent: requestId, leaves: [] });
      post({ accepted: requestId, ids: runs.map((run) => run.id), intent: intent.id });
      return acceptFive();
    };
    // Until the disk is full, if it ever is.
    const error = await Promise.race([acceptFive(), acceptFive(), acceptFive()]).catch(
      (thrown: unknown) => thrown,
    );
    post({ refused: String((error as { code?: string }).code), ready: store.ready() });
  },

  /** Claims runs and does two steps of each, and ends every other, as three workers at a time, until none is left. */
  async claim(store) {
    const { queue } = store;
    const work3 = async (): Promise<void> => {
      for (const claim of await queue.claim(3)) {
        // A function can't be told.
        const { redact: _, ...told } = claim;
        post({ claimed: told });
        for (const path of ["one", "two"]) {
          await queue.step(claim, aStep({ path }));
          post({ stepped: claim.id, path });
        }
        if (claim.depth % 2 === 1) continue;
        await queue.end(claim, anEnd(claim));
        post({ ended: claim.id });
      }
      return work3();
    };
    await Promise.all([work3(), work3(), work3()]);
  },
};

await works[work]?.(await openTestStore(file));
