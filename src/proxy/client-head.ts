import { STATUS_CODES, type ServerResponse } from "node:http";
import { headerPairs } from "../model/headers.ts";
import type { AnswerRules } from "../model/upstream.ts";
import { answerHead } from "./header-rules.ts";

/**
 * Tells a client of an interim answer, 102 or 103 say, with the headers that came. Written by hand, since Node's own
 * `writeEarlyHints` refuses links that are in use and changes their form.
 * @param reason bytes as latin1; undefined: the usual one
 * @param raw header pairs
 * @param passes which of them go to the client; undefined: all
 * @throws {UpstreamError} UPSTREAM_BROKEN for what no answer may hold
 * @see RFC 9110, section 15.2
 */
export function inform(
  response: ServerResponse,
  status: number,
  reason: string | undefined,
  raw: readonly Buffer[],
  passes?: AnswerRules["passes"],
): void {
  const head = [
    `HTTP/1.1 ${status} ${reason ?? STATUS_CODES[status] ?? ""}`,
    ...headerPairs(answerHead(raw, { passes })).map(([name, value]) => `${name}: ${value}`),
  ];
  const { socket, req: request } = response;
  // 100 was said by this server; a client of HTTP/1.0 knows no such answers; one in a pipeline has to wait for its turn.
  if (status < 102 || request.httpVersion === "1.0" || socket === null) return;
  socket.write(`${head.join("\r\n")}\r\n\r\n`, "latin1");
}

/** Sends an answer's head before its body comes. `flushHeaders` would spoil bytes beyond ASCII. */
export function flushHead(response: ServerResponse): void {
  response.write(Buffer.alloc(0));
}
