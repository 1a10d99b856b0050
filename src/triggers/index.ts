import type { TriggerTypes } from "../model/workflow.ts";
import { customAction } from "./custom-action.ts";
import { postAction } from "./post-action.ts";
import { preAction } from "./pre-action.ts";
import { schedule } from "./schedule.ts";
import { subflow } from "./subflow.ts";
import { webhook } from "./webhook.ts";

const all = [preAction, postAction, customAction, webhook, schedule, subflow];

/** All trigger types. A new one is its own file and a word in the list above. */
export const triggerTypes: TriggerTypes = new Map(all.map((trigger) => [trigger.type, trigger]));
