import { existsSync } from "node:fs";
import { randomUUID } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { Command, InvalidArgumentError, Option } from "commander";
import { isHeaderName, isHeaderValue } from "../model/headers.ts";
import { type Json, jsonText, parseJson } from "../model/json.ts";
import type { Written } from "../rehearsal/exchange.ts";
import { recordedTest } from "../rehearsal/record.ts";
import { tryPlay } from "../rehearsal/try-play.ts";
import { openRehearsal } from "../rehearse.ts";
import { secretNames } from "../model/secrets.ts";
import { configOption } from "./config-option.ts";
import { print } from "./print.ts";
import { methodOf, pathOf } from "./request-line.ts";
import { trialText } from "./trial-text.ts";

interface TryOptions {
  readonly config: string;
  readonly data?: string;
  readonly header: readonly [string, string][];
  readonly mock: Readonly<Record<string, { readonly result: Json }>>;
  readonly live?: true;
  readonly record?: string;
  readonly json?: true;
}

/**
 * `sidehook try POST /posts:create -d '{"title":"ab"}'`: what a request would do. Reads of the upstream are done; writes and
 * calls are told and not sent, unless `--live`.
 */
export const tryRequest = new Command("try")
  .description("try a request: which workflows run, what each step does, what would be forwarded")
  .argument("<method>", "GET, POST, …", methodOf)
  .argument("<url>", "a path with its query, or a whole address", pathOf)
  .option("-d, --data <data>", "the body; @file: what is in the file")
  .addOption(
    new Option("-H, --header <header>", "a header: 'Name: value'; may be repeated")
      .argParser(headerIn)
      .default([], "none"),
  )
  .addOption(
    new Option("--mock <step=json>", "the result of a step, by id or path; may be repeated")
      .argParser(mockIn)
      .default({}, "none"),
  )
  .option("--live", "send what is written and called, too")
  .option("--record <file>", "write a test of it")
  .option("--json", "for programs")
  .addOption(configOption)
  .action(async (method: string, path: string, options: TryOptions) => {
    const { config: file, mock: mocks, live = false, record, json } = options;
    const request = { method, path, ...(await bodyOf(options)) };
    if (record !== undefined && existsSync(record)) {
      throw new Error(`${record} is there already; name another file`);
    }
    const rehearsal = await openRehearsal(file, process.env);
    try {
      const asked = rehearsal.recordOf(request);
      // What is recorded happens at one time, so that it happens again.
      const [time, seed] = record === undefined ? [] : [new Date(), randomUUID()];
      const tried = await rehearsal.play(tryPlay({ request, mocks, time, seed, live }, asked));
      if (time !== undefined && seed !== undefined && record !== undefined) {
        const isSecret = secretNames(rehearsal.config.redact);
        await writeFile(record, recordedTest({ tried, time, seed, mocks, isSecret }), {
          flag: "wx",
        });
      }
      await print(json ? jsonText(tried as unknown as Json) : trialText(tried, live));
      if (record !== undefined && !json) await print(`\nThe test is in ${record}`);
    } finally {
      await rehearsal.close();
    }
  });

function headerIn(text: string, before: readonly [string, string][]): [string, string][] {
  const colon = text.indexOf(":");
  const [name, value] = [text.slice(0, colon).trim(), text.slice(colon + 1).trim()];
  if (colon > 0 && isHeaderName(name) && isHeaderValue(value)) {
    return [...before, [name.toLowerCase(), value]];
  }
  throw new InvalidArgumentError("It should be a name and a value: 'X-Role: editor'.");
}

function mockIn(text: string, before: TryOptions["mock"]): TryOptions["mock"] {
  const equals = text.indexOf("=");
  try {
    const result = parseJson(text.slice(equals + 1));
    if (equals > 0) return { ...before, [text.slice(0, equals)]: { result } };
  } catch {
    // Said below.
  }
  throw new InvalidArgumentError(`It should be a step and JSON: pay='{"status":200}'.`);
}

/** The body as it is sent: as JSON where it is JSON, else as curl sends it. A header that is given wins. */
async function bodyOf({ data, header }: TryOptions): Promise<Written> {
  const given = Object.fromEntries(header);
  if (data === undefined) return { headers: given, body: null };
  const body = data.startsWith("@") ? await readFile(data.slice(1)) : Buffer.from(data);
  const type = isJson(body.toString()) ? "application/json" : "application/x-www-form-urlencoded";
  return { headers: { "content-type": type, ...given }, body };
}

function isJson(text: string): boolean {
  try {
    return typeof parseJson(text) === "object";
  } catch {
    return false;
  }
}
