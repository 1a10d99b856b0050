import type { Backend } from "../backend.ts";
import { directus } from "./directus.ts";
import { jsonServer0 } from "./json-server-0.ts";
import { jsonServer1 } from "./json-server-1.ts";
import { parse } from "./parse.ts";
import { strapi } from "./strapi.ts";

/** All that can be tried, the quickest first. */
export const backends: readonly Backend[] = [jsonServer0, jsonServer1, parse, strapi, directus];
