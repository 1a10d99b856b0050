import { resolve } from "node:path";
import { z } from "zod";
import type { DatabaseConfig } from "../../model/databases.ts";
import { isJsonObject } from "../../model/json.ts";
import { text } from "./field-types.ts";

/** The names of drivers, also those that knex has for them. */
const CLIENTS = {
  sqlite: "sqlite",
  sqlite3: "sqlite",
  "better-sqlite3": "sqlite",
  pg: "pg",
  postgres: "pg",
  postgresql: "pg",
  mysql: "mysql2",
  mysql2: "mysql2",
} as const;

const SCHEMES = { sqlite: [], pg: ["postgres:", "postgresql:"], mysql2: ["mysql:", "mysql2:"] };

/**
 * `databases:`, for `sql` steps. See docs/configuration.md, "Databases".
 * @param folder that files of SQLite are relative to
 */
export const databases = (folder: string) =>
  z.record(
    text,
    z
      .strictObject({
        client: z.enum(Object.keys(CLIENTS) as (keyof typeof CLIENTS)[]),
        connection: z.union([text, z.record(z.string(), z.json())], {
          error: "should be a URL, a file of SQLite, or the settings of the driver",
        }),
      })
      .transform(({ client: named, connection }, context): DatabaseConfig => {
        const client = CLIENTS[named];
        if (client === "sqlite") {
          const filename = isJsonObject(connection) ? connection["filename"] : connection;
          if (typeof filename === "string" && filename !== "") {
            const file = filename.replace(/^sqlite:/, "");
            return {
              client,
              connection: { filename: file === ":memory:" ? file : resolve(folder, file) },
            };
          }
          context.addIssue({
            code: "custom",
            path: ["connection"],
            message: "filename is missing",
          });
        } else if (typeof connection === "string" && !isUrl(connection, SCHEMES[client])) {
          const message = `should be ${SCHEMES[client][0]}//user:password@host/name, or the settings of the driver: { host, port, user, password, database }`;
          context.addIssue({ code: "custom", path: ["connection"], message });
        }
        return { client, connection };
      }),
  );

const isUrl = (written: string, schemes: readonly string[]) =>
  URL.canParse(written) && schemes.includes(new URL(written).protocol);
