import { hostname } from "node:os";
import type { Pool } from "pg";
import type { Log } from "../../model/log.ts";

/** Which other instances serve another configuration than this one. */
export interface Configurations {
  /** Says in the database what this instance serves, and tells in the log what has changed. @param now of the database */
  compare(now: Date): Promise<void>;
  /** How many did when they were last compared. */
  differing(): number;
}

/** The parts of a comparison. */
interface ConfigurationParts {
  readonly pool: Pick<Pool, "query">;
  /** The id of this instance. */
  readonly instance: () => string;
  /** The hash of the configuration that is served now. Null: a command, which serves none. */
  readonly serves: (() => string) | null;
  readonly log: Log;
}

/** Another instance that lives. */
interface Other {
  readonly id: string;
  /** `web-1/4711`: its host and its process, as people find it. */
  readonly process: string;
  readonly configuration: string;
}

const UNLIKE =
  "another instance of this store serves another configuration: give both the same files, then reload or restart the one that is behind";
const ALIKE = "another instance of this store serves the same configuration again";

/** Compares configurations of instances. A difference is told once, and again when one of both has changed. */
export function compareConfigurations(parts: ConfigurationParts): Configurations {
  const { pool, instance, serves, log } = parts;
  /** The differences that were told: both hashes, by the id of the other instance. */
  let told: ReadonlyMap<string, string> = new Map();

  return {
    async compare(now) {
      if (serves === null) return;
      const configuration = serves();
      const { rows } = await pool.query<Other>(OTHERS, [
        instance(),
        `${hostname()}/${process.pid}`,
        configuration,
        now.toISOString(),
      ]);
      const differences = new Map<string, string>();
      for (const other of rows) {
        const fields = { instance: other.process, configuration, other: other.configuration };
        const both = `${configuration} ${other.configuration}`;
        const before = told.get(other.id);
        if (other.configuration === configuration) {
          if (before !== undefined) log.info(fields, ALIKE);
          continue;
        }
        if (before !== both) log.warn(fields, UNLIKE);
        differences.set(other.id, both);
      }
      told = differences;
    },
    differing: () => told.size,
  };
}

const OTHERS = `
  with mine as (
    update instances set process = $2, configuration = $3
      where id = $1 and (process, configuration) is distinct from ($2, $3))
  select id, process, configuration from instances
    where id <> $1 and lease_until > $4 and configuration is not null`;
