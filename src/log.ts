import pino, { type Logger } from "pino";
import type { Config } from "./model/config.ts";
import type { Log } from "./model/log.ts";

/** Gives the log of a level and a format. All write to standard output. */
export type OpenLog = (settings: Config["log"]) => Log;

/**
 * Makes what opens logs: pretty on a terminal, JSON lines otherwise.
 * @param mask hides secrets in a line, whatever it tells of
 */
export function logs(mask: (line: string) => string): OpenLog {
  const hooks = { streamWrite: mask };
  const opened: { json?: Logger; pretty?: Logger } = {};
  const json = () => (opened.json ??= pino({ base: null, hooks }));
  const pretty = () =>
    (opened.pretty ??= pino({
      base: null,
      hooks,
      transport: { target: "pino-pretty", options: { ignore: "pid,hostname", singleLine: true } },
    }));
  return ({ level, format }) => {
    const isPretty = format === "pretty" || (format === "auto" && process.stdout.isTTY);
    return (isPretty ? pretty() : json()).child({}, { level });
  };
}

/** Whether a log of one level has the lines of another. */
export const isLogged = (level: Level, line: Level): boolean =>
  LEVELS.indexOf(line) >= LEVELS.indexOf(level);

type Level = Config["log"]["level"];

const LEVELS: readonly Level[] = ["debug", "info", "warn", "error"];

/** A log that writes each line to the log of the moment. */
export const logTo = (current: () => Log): Log => ({
  debug: (fields, message) => current().debug(fields, message),
  info: (fields, message) => current().info(fields, message),
  warn: (fields, message) => current().warn(fields, message),
  error: (fields, message) => current().error(fields, message),
});
