// `npm run reference`: writes docs/steps.md from the table of step types, docs/functions.md from that of functions.
import { writeFileSync } from "node:fs";
import { stepTypes } from "../src/steps/index.ts";
import { functionReference, functionTable } from "./function-reference.ts";
import { stepReference } from "./step-reference.ts";

const page = (name: string) => new URL(`../docs/${name}`, import.meta.url);

writeFileSync(page("steps.md"), stepReference([...stepTypes.values()]));
writeFileSync(page("functions.md"), functionReference(functionTable()));
