import { kindOf, schemaAt } from "./config/schema/walk.ts";
import { type Outline, outlineOf } from "./graph/outline.ts";
import type { StepTypes } from "./model/step-type.ts";
import type { Workflow } from "./model/workflow.ts";
import { triggerTypes } from "./triggers/index.ts";

/** A workflow as it is drawn. The tables of trigger and step types say what it runs on, and where steps hold steps. */
export const outline = (workflow: Workflow, stepTypes: StepTypes): Outline =>
  outlineOf(workflow, {
    when: ({ trigger, key }) => triggerTypes.get(trigger.type)?.when(trigger, key) ?? trigger.type,
    holdsSteps: (type, place) => {
      const row = stepTypes.get(type);
      const schema = row === undefined ? null : schemaAt(row.config, place);
      return schema !== null && kindOf(schema) === "steps";
    },
  });
