import type { StepTypes } from "../model/step-type.ts";
import { aggregate } from "./aggregate.ts";
import { calculation } from "./calculation.ts";
import { condition } from "./condition.ts";
import { create } from "./create.ts";
import { delay } from "./delay.ts";
import { destroy } from "./destroy.ts";
import { end } from "./end.ts";
import { jsonQuery } from "./json-query.ts";
import { log } from "./log.ts";
import { loop } from "./loop.ts";
import { mail } from "./mail.ts";
import { multiConditions } from "./multi-conditions.ts";
import { output } from "./output.ts";
import { parallel } from "./parallel.ts";
import { query } from "./query.ts";
import { request } from "./request.ts";
import { response } from "./response.ts";
import { responseMessage } from "./response-message.ts";
import { script } from "./script.ts";
import { setRequest } from "./set-request.ts";
import { setResponse } from "./set-response.ts";
import { sql } from "./sql.ts";
import { subflow } from "./subflow.ts";
import { update } from "./update.ts";
import { validate } from "./validate.ts";
import { variable } from "./variable.ts";
import { wait } from "./wait.ts";

const all = [
  condition,
  multiConditions,
  loop,
  parallel,
  delay,
  wait,
  end,
  output,
  subflow,
  responseMessage,
  response,
  setRequest,
  setResponse,
  variable,
  calculation,
  jsonQuery,
  script,
  validate,
  query,
  create,
  update,
  destroy,
  aggregate,
  request,
  sql,
  mail,
  log,
];

/** All step types. A new one is its own file and a word in the list above. */
export const stepTypes: StepTypes = new Map(all.map((step) => [step.type, step]));
