import { readFile } from "node:fs/promises";
import { asker } from "./ask.ts";
import type { Found } from "./found.ts";
import { plainRest, probe } from "./probe.ts";
import { describedBy } from "./probes/openapi.ts";

/** The upstream of a first configuration, and a sentence about how it was found. */
export interface Looked {
  readonly found: Found;
  readonly told: string;
}

const DEFAULT = "http://127.0.0.1:3000";

/** For one answer of the upstream, in milliseconds. */
const PATIENCE = 3_000;

/**
 * Finds out what an upstream is.
 * @param upstream its URL, that of its OpenAPI description, or a file with one; undefined: nothing is asked
 * @throws {Error} where it is none of these
 */
export async function lookAt(upstream: string | undefined): Promise<Looked> {
  if (upstream === undefined) {
    const found = plainRest(DEFAULT);
    return {
      found,
      told: `Nothing was asked. The upstream is taken for ${found.name} at ${DEFAULT}.`,
    };
  }
  if (upstream.startsWith("unix:")) {
    const found = plainRest(upstream);
    return { found, told: `A socket is not asked. It is taken for ${found.name}.` };
  }
  const url = urlOf(upstream);
  if (url === null) return ofFile(upstream);
  const plain = `${url.origin}${url.pathname}`.replace(/\/+$/, "");
  if (/\.(json|ya?ml)$/i.test(url.pathname)) return ofDescription(plain);
  const { found, answers } = await probe(plain, PATIENCE);
  const told = answers
    ? `Found ${found.name} at ${found.url}: ${found.because}.`
    : `Nothing answers at ${plain}. It is taken for ${found.name}; correct upstream.url and upstream.api if that is wrong.`;
  return { found, told };
}

/** `localhost:3000` is meant as `http://localhost:3000`. Null where it can't be a URL. */
function urlOf(text: string): URL | null {
  const whole = /^[\w.-]+:\d+(\/|$)/.test(text) ? `http://${text}` : text;
  if (!/^https?:\/\//i.test(whole)) return null;
  if (!URL.canParse(whole))
    throw new Error(`"${text}" is not a valid URL; write http://127.0.0.1:3000`);
  const url = new URL(whole);
  if (url.username + url.password !== "") {
    throw new Error(
      "the URL should hold no name and password; put them into upstream.headers later",
    );
  }
  return url;
}

async function ofFile(file: string): Promise<Looked> {
  const text = await readFile(file, "utf8").catch(() => null);
  if (text === null) {
    throw new Error(
      `"${file}" is neither a URL (http://127.0.0.1:3000) nor a file that can be read`,
    );
  }
  return described(text, DEFAULT, file);
}

async function ofDescription(url: string): Promise<Looked> {
  const answer = await asker(url, PATIENCE)("");
  if (answer?.status !== 200) {
    throw new Error(`${url} can't be read (${answer?.status ?? "no answer"})`);
  }
  return described(answer.text, url, url);
}

function described(text: string, from: string, name: string): Looked {
  const found = describedBy(text, from, `as ${name} describes it`);
  if (found === null) throw new Error(`${name} is not an OpenAPI description, in JSON or YAML`);
  return { found, told: `Read ${name}: ${found.name}, at ${found.url}.` };
}
