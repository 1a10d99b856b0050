import { z } from "zod";
import type { Template } from "./expression.ts";
import { isJsonObject } from "./json.ts";
import { held } from "./step.ts";

/** A text that stays a template: it is evaluated by whoever the configuration is for. The only expressions a trigger has. */
export const template = z
  .custom<Template>((value) => isJsonObject(value) && "evaluate" in value, {
    error: "should be a text",
  })
  .register(held, { holds: "template" });
