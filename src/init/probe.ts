import { type Ask, asker } from "./ask.ts";
import type { Found } from "./found.ts";
import { directus } from "./probes/directus.ts";
import { jsonServer } from "./probes/json-server.ts";
import { nocobase } from "./probes/nocobase.ts";
import { openapi } from "./probes/openapi.ts";
import { strapi } from "./probes/strapi.ts";

/** Looks whether an upstream is of one kind; null when it is not. */
export type Probe = (url: string, ask: Ask) => Promise<Found | null>;

/** Those of presets with a prefix of their own, which a user may have written into the URL. */
const PREFIXED: readonly Probe[] = [nocobase, directus, strapi];
const PREFIX = /\/(api|items)$/;

/** The others, the most telling first. */
const PLAIN: readonly Probe[] = [jsonServer, openapi];

/** What an upstream is found to be. */
export interface Probed {
  readonly found: Found;
  /** Whether anything answered at all. */
  readonly answers: boolean;
}

/**
 * Asks an upstream what it is, by a few harmless GETs at once. One that is of no known kind is taken for plain REST.
 * @param url `http://127.0.0.1:8055`
 * @param timeout for each answer, in milliseconds
 */
export async function probe(url: string, timeout: number): Promise<Probed> {
  const base = url.replace(PREFIX, "");
  const [answer, ...all] = await Promise.all([
    asker(url, timeout)("/"),
    ...PREFIXED.map((look) => look(base, asker(base, timeout))),
    ...PLAIN.map((look) => look(url, asker(url, timeout))),
  ]);
  const found = all.find((one) => one !== null);
  return { found: found ?? plainRest(url), answers: answer !== null };
}

/** Any upstream, as long as nothing more is known of it. */
export const plainRest = (url: string): Found => ({
  name: "a plain REST API",
  api: "rest",
  url,
  prefix: null,
  collections: [],
  because: "nothing said otherwise",
  identity: null,
});
