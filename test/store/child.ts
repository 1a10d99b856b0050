// A process of its own that opens a store, begins a run, says so, and waits to be killed.
//     node --import tsx child.ts <file> <run id>
import { aStart, aWorkflow } from "../support/runs.ts";
import { openTestStore } from "../support/sqlite-place.ts";

const [file = "", id = ""] = process.argv.slice(2);
const store = await openTestStore(file);
await store.begin(aWorkflow({ key: "cut" }), aStart({ id }));
process.send?.("begun");
// The parent is gone.
process.once("disconnect", () => process.exit(0));
