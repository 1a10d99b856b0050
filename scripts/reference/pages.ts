import { program } from "../../src/cli/program.ts";
import { testsJsonSchema } from "../../src/config/schema/json-schema.ts";
import { configurationSchema } from "../../src/configuration.ts";
import { stepTypes } from "../../src/steps/index.ts";
import { triggerTypes } from "../../src/triggers/index.ts";
import { answerReference } from "./answers.ts";
import { commandReference } from "./commands.ts";
import { functionReference, functionTable } from "./functions.ts";
import { metricReference } from "./metrics.ts";
import { stepReference } from "./steps.ts";
import { triggerReference } from "./triggers.ts";

const commands = await program();

/** The files that are made from tables of the code, and what is in them. */
export const referencePages = (): ReadonlyMap<string, string> =>
  new Map([
    ["docs/steps.md", stepReference([...stepTypes.values()])],
    ["docs/triggers.md", triggerReference([...triggerTypes.values()])],
    ["docs/functions.md", functionReference(functionTable())],
    ["docs/answers.md", answerReference()],
    ["docs/metrics.md", metricReference()],
    ["docs/commands.md", commandReference(commands)],
    ["gateway.test.schema.json", `${JSON.stringify(testsJsonSchema(), null, 2)}\n`],
    ["gateway.schema.json", `${JSON.stringify(configurationSchema(), null, 2)}\n`],
  ]);

/** Where such a file lies. */
export const pageUrl = (name: string): URL => new URL(`../../${name}`, import.meta.url);
