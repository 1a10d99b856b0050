import { Command, InvalidArgumentError } from "commander";
import { readConfig } from "../configuration.ts";
import { type Copied, copyStore } from "../store/copy.ts";
import type { Log } from "../model/log.ts";
import { configOption } from "./config-option.ts";
import { print } from "./print.ts";

/** `sidehook store`: what is done to a store as a whole. */
export const store = new Command("store").description("work on the store as a whole");

store.addCommand(
  new Command("copy")
    .description("copy history and queue to another, empty store, while no gateway uses either")
    .argument("<to>", "sqlite:./file.db or postgres://user:password@host:5432/name", storeUrl)
    .addOption(configOption)
    .action(async (to: string, { config: file }: { config: string }) => {
      const config = await readConfig(file, process.env);
      const copied = await copyStore(config.store.url, to, showProgress, SILENT);
      if (process.stderr.isTTY) process.stderr.write("\r\x1b[K");
      for (const [table, rows] of Object.entries(copied)) await print(`${table} ${rows}`);
    }),
);

function storeUrl(text: string): string {
  const isPostgres = /^postgres(ql)?:\/\//.test(text) && URL.canParse(text);
  if (isPostgres || /^sqlite:./.test(text)) return text;
  // Without the text, which may have a password.
  throw new InvalidArgumentError(
    "It should be sqlite:./file.db or postgres://user:password@host:5432/name.",
  );
}

function showProgress(copied: Copied): void {
  if (!process.stderr.isTTY) return;
  const rows = Object.values(copied).reduce((sum, some) => sum + some, 0);
  process.stderr.write(`\r${rows} rows`);
}

const SILENT: Log = { debug() {}, info() {}, warn() {}, error() {} };
