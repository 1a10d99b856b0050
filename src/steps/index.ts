import type { StepTypes } from "../model/step.ts";
import { calculation } from "./calculation.ts";
import { condition } from "./condition.ts";
import { create } from "./create.ts";
import { destroy } from "./destroy.ts";
import { end } from "./end.ts";
import { log } from "./log.ts";
import { loop } from "./loop.ts";
import { multiConditions } from "./multi-conditions.ts";
import { query } from "./query.ts";
import { request } from "./request.ts";
import { response } from "./response.ts";
import { responseMessage } from "./response-message.ts";
import { setRequest } from "./set-request.ts";
import { update } from "./update.ts";
import { variable } from "./variable.ts";

const all = [
  condition,
  multiConditions,
  loop,
  end,
  responseMessage,
  response,
  setRequest,
  variable,
  calculation,
  query,
  create,
  update,
  destroy,
  request,
  log,
];

/** All step types. A new one is its own file and a word in the list above. */
export const stepTypes: StepTypes = new Map(all.map((step) => [step.type, step]));
