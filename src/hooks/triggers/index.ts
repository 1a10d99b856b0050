import type { TriggerTypes } from "../../model/workflow.ts";
import { preAction } from "./pre-action.ts";

const all = [preAction];

/** All trigger types. A new one is its own file and a word in the list above. */
export const triggerTypes: TriggerTypes = new Map(all.map((trigger) => [trigger.type, trigger]));
