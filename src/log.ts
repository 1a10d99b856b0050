import pino from "pino";
import type { Config } from "./model/config.ts";
import type { Log } from "./model/log.ts";

/** The gateway's log: pretty on a terminal, JSON lines otherwise, on standard output. */
export function openLog({ level, format }: Config["log"]): Log {
  const pretty = format === "pretty" || (format === "auto" && process.stdout.isTTY);
  return pino({
    level,
    base: null,
    ...(pretty && { transport: { target: "pino-pretty", options: { ignore: "pid,hostname" } } }),
  });
}
