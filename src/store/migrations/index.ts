import type { Knex } from "knex";
import { history } from "./001-history.ts";
import { queue } from "./002-queue.ts";
import { runCounts } from "./003-run-counts.ts";
import { lookups } from "./004-lookups.ts";
import { instances } from "./005-instances.ts";
import { sealed } from "./006-sealed.ts";
import { lanes } from "./007-lanes.ts";
import { schedules } from "./008-schedules.ts";
import { rates } from "./009-rates.ts";
import { debounce } from "./010-debounce.ts";
import { configurations } from "./011-configurations.ts";

const all: readonly { readonly name: string; readonly migration: Knex.Migration }[] = [
  { name: "001-history", migration: history },
  { name: "002-queue", migration: queue },
  { name: "003-run-counts", migration: runCounts },
  { name: "004-lookups", migration: lookups },
  { name: "005-instances", migration: instances },
  { name: "006-sealed", migration: sealed },
  { name: "007-lanes", migration: lanes },
  { name: "008-schedules", migration: schedules },
  { name: "009-rates", migration: rates },
  { name: "010-debounce", migration: debounce },
  { name: "011-configurations", migration: configurations },
];

/** The migrations, in code, so that they run alike from src and dist. Append-only. */
export const migrationSource: Knex.MigrationSource<(typeof all)[number]> = {
  getMigrations: () => Promise.resolve([...all]),
  getMigrationName: ({ name }) => name,
  getMigration: ({ migration }) => Promise.resolve(migration),
};
