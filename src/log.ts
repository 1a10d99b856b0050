import pino from "pino";
import type { Config } from "./model/config.ts";
import type { Log } from "./model/log.ts";

/**
 * The gateway's log: pretty on a terminal, JSON lines otherwise, on standard output.
 * @param mask hides secrets in a line, whatever it tells of
 */
export function openLog({ level, format }: Config["log"], mask: (line: string) => string): Log {
  const pretty = format === "pretty" || (format === "auto" && process.stdout.isTTY);
  return pino({
    level,
    base: null,
    hooks: { streamWrite: mask },
    ...(pretty && { transport: { target: "pino-pretty", options: { ignore: "pid,hostname" } } }),
  });
}
