import { UpstreamError } from "../model/errors.ts";
import { FRAMING, headerPairs } from "../model/headers.ts";
import type { Upstream } from "../model/upstream.ts";
import { written } from "./exchange.ts";
import type { StandInAnswer, StandInRequest } from "./stand-in.ts";

/** Bytes of an answer, at most. */
const LARGEST = 64 * 1024 * 1024;

/** Milliseconds for an answer. */
const LONGEST = 60_000;

/** Has the real upstream answer what the stand-in was asked. @throws {UpstreamError} */
export async function askReal(
  upstream: Pick<Upstream, "fetch">,
  { method, path, headers, bytes }: StandInRequest,
): Promise<StandInAnswer> {
  const kept = Object.entries(headers).filter(([name]) => !OWN.has(name));
  const request = {
    method,
    path,
    headers: [...kept.flat(), "accept-encoding", "identity"],
    body: bytes.length === 0 ? null : bytes,
    signal: AbortSignal.timeout(LONGEST),
  };
  const { status, headers: pairs, body } = await upstream.fetch(request, LARGEST);
  const answered: Record<string, string[]> = {};
  for (const [name, value] of headerPairs(pairs)) {
    if (!FRAMING.has(name.toLowerCase())) (answered[name.toLowerCase()] ??= []).push(value);
  }
  return { status, headers: answered, body };
}

/** Headers of which each connection has its own. */
const OWN: ReadonlySet<string> = new Set([...FRAMING, "host", "accept-encoding"]);

/** The answer in place of that of an upstream that can't be asked, and why. */
export function unreachedAnswer(error: unknown): { code: string; answer: StandInAnswer } {
  const code = error instanceof UpstreamError ? error.code : "UPSTREAM_BROKEN";
  const message = "The upstream can't be asked";
  return { code, answer: { status: 502, ...written({ errors: [{ message, code }] }) } };
}
