import { literal, range, steps, test, turnTest, url } from "./model/compiled-fields.ts";
import { headerValues } from "./steps/parts/header-values.ts";
import { anyJson } from "./steps/parts/json.ts";

/** Fields of a step's configuration that are more than plain values. See docs/plugins.md, "Configuration". */
export const fields = { anyJson, headerValues, literal, range, steps, test, turnTest, url };
