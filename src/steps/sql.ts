import { z } from "zod";
import { literal } from "../model/compiled-fields.ts";
import { isJsonObject } from "../model/json.ts";
import { sqlStatement } from "../model/sql-statement.ts";
import { defineStep } from "../model/step-type.ts";
import { anyJson } from "./parts/json.ts";
import { on } from "./parts/outcomes.ts";

/** Asks or changes a database. */
export const sql = defineStep({
  type: "sql",
  title: "SQL",
  about:
    "Does one SQL statement in a database of [`databases`](configuration.md#databases). Values get into it by placeholders " +
    "only: `:name` in `sql`, and `name` in `params`. It counts as a step that acts, whatever the statement is. A crash may " +
    "come between the statement and its record, and then it is done again: write one that changes something so that twice is " +
    "as good as once, such as `on conflict do nothing` under `run.id`. The step's `timeout` ends the statement in the " +
    "database too.",
  result:
    "The rows, at most `limits.rows`; `[]` for a statement that gives none. Integers and decimals are numbers, integers exact; " +
    "a time is RFC 3339, bytes are base64.",
  acts: true,
  config: z
    .strictObject({
      database: literal.describe("Its name under `databases`. Written out."),
      sql: literal
        .refine((text) => !text.includes("${"), {
          error:
            "a value is never put into the text of a statement; write a placeholder, :name, and the value under params",
        })
        .describe("The statement, with `:name` where a value stands. Written out."),
      params: z
        .record(z.string(), anyJson)
        .default({})
        .describe(
          "The values of the placeholders. A list is a list in Postgres (`= any(:ids)`), and JSON elsewhere, as objects are.",
        ),
    })
    .superRefine(
      ({ sql: text, params }, context) => {
        const { names } = sqlStatement(text);
        for (const name of new Set(names)) {
          if (Object.hasOwn(params, name)) continue;
          const message = `the placeholder :${name} has no value; give it one under params`;
          context.addIssue({ code: "custom", path: ["sql"], message });
        }
        for (const name of Object.keys(params)) {
          if (names.includes(name)) continue;
          const message = `"${name}" is not a placeholder of the statement; write :${name} where its value stands`;
          context.addIssue({ code: "custom", path: ["params", name], message });
        }
      },
      {
        when: ({ value }) =>
          isJsonObject(value) &&
          typeof value["sql"] === "string" &&
          isJsonObject(value["params"] ?? {}),
      },
    ),

  async run({ database, sql: text, params }, { services, signal }) {
    return on(await services.databases.query(database, sqlStatement(text), params, signal));
  },
});
