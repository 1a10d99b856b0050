import type { ApiPresets } from "../../model/upstream-api.ts";
import { directus } from "./directus.ts";
import { nocobase } from "./nocobase.ts";
import { parse } from "./parse.ts";
import { postgrest } from "./postgrest.ts";
import { rest } from "./rest.ts";
import { strapi } from "./strapi.ts";

/** The upstream APIs that are known by name. A new one is its own file and a word here. */
export const presets: ApiPresets = new Map(
  Object.entries({ rest, nocobase, directus, strapi, postgrest, parse }),
);
