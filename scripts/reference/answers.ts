import { ERRORS } from "../../src/model/errors.ts";
import { TOLD_HEADERS, type ToldHeader } from "../../src/model/told-headers.ts";
import { cell, table } from "./markdown.ts";

/** The reference page of headers and error codes, in Markdown, made from their tables. */
export function answerReference(): string {
  const errors = Object.entries(ERRORS).map(([code, { status, when }]) => [
    `\`${code}\``,
    String(status),
    cell(when),
  ]);
  return `${[
    "# Answers",
    "",
    "The headers and the error codes that clients meet. Made from their tables by `npm run reference`. How they come about is told",
    "in [Requests](requests.md#what-an-answer-tells).",
    "",
    "## Headers of answers",
    "",
    ...headers("answer"),
    "",
    "## Headers of requests to the upstream",
    "",
    ...headers("request to the upstream"),
    "",
    "## Headers of requests that steps send",
    "",
    ...headers("request of a step"),
    "",
    "## Error codes",
    "",
    'An error is `{"errors":[{"message":"…","code":"…"}]}`, as `application/json`. A workflow\'s own messages have no code. Codes stay as',
    "they are; messages may change.",
    "",
    ...table(["code", "status", "when"], errors),
  ].join("\n")}\n`;
}

const headers = (where: ToldHeader["on"]) =>
  table(
    ["header", "value"],
    TOLD_HEADERS.filter(({ on }) => on === where).map(({ name, value }) => [
      `\`${name}\``,
      cell(value),
    ]),
  );
