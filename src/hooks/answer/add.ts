import type { ServerResponse } from "node:http";
import { headerPairs, withoutHeaders } from "../../model/headers.ts";

/**
 * Puts headers into an answer, whoever gives it: the upstream, a workflow, or an error. Of a name that the answer has itself,
 * its own stay; cookies are added before its own, so that of two of one name its own is the one that a browser keeps.
 * @param added raw pairs
 */
export function addToAnswer(response: ServerResponse, added: readonly string[]): void {
  const { writeHead } = response;
  const withAdded = (own: readonly string[]): string[] => {
    const names = new Set(headerPairs(own).map(([name]) => name.toLowerCase()));
    names.delete("set-cookie");
    return [...withoutHeaders(added, names), ...own];
  };
  response.writeHead = (status: number, ...more: unknown[]) => {
    const last = more.at(-1);
    const own = Array.isArray(last) ? (last as string[]) : [];
    const text = typeof more[0] === "string" ? [more[0]] : [];
    return writeHead.call(response, status, ...(text as []), withAdded(own));
  };
}
