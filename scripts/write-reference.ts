// `npm run reference`: writes docs/steps.md from the table of step types.
import { writeFileSync } from "node:fs";
import { stepTypes } from "../src/steps/index.ts";
import { stepReference } from "./step-reference.ts";

writeFileSync(new URL("../docs/steps.md", import.meta.url), stepReference([...stepTypes.values()]));
