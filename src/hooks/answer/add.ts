import type { ServerResponse } from "node:http";
import { headerPairs, withoutHeaders } from "../../model/headers.ts";

/**
 * Adds headers to any answer: the upstream's, a workflow's, or an error. A header that the answer has already stays. Cookies
 * are added before the answer's own: of two cookies of one name, a browser then keeps the answer's.
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
