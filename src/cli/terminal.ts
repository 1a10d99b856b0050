import { styleText } from "node:util";
import type { RunStatus } from "../model/run.ts";

/** A colour or weight that node knows. */
type Style = Parameters<typeof styleText>[0];

/**
 * A text in a style, where standard output takes colours: it is a terminal, and NO_COLOR is not set; or FORCE_COLOR is set.
 */
export const styled = (style: Style, text: string): string =>
  styleText(style, text, { stream: process.stdout, validateStream: true });

const STYLES: Readonly<Partial<Record<string, Style>>> = {
  succeeded: "green",
  failed: "yellow",
  errored: "red",
  "timed-out": "red",
  interrupted: "red",
  unconfirmed: "magenta",
  running: "cyan",
  waiting: "cyan",
  queued: "cyan",
};

/** A status in its colour. */
export const statusText = (status: RunStatus | "skipped"): string =>
  styled(STYLES[status] ?? "gray", status);

/** Control characters but colours, which a stored text might use to write elsewhere on a terminal. */
// oxlint-disable-next-line no-control-regex
const CONTROL = /\u001b(?!\[\d+(?:;\d+)*m)|[\u0000-\u001a\u001c-\u001f\u007f-\u009f]+/g;

/** A text on one line, without control characters. */
export const fitForTerminal = (text: string): string => text.replace(CONTROL, " ").trim();

/** 1.5 → `1.5 ms`, 90_000 → `1m 30s`; null, of what has not ended → ``. */
export function durationText(milliseconds: number | null): string {
  if (milliseconds === null) return "";
  if (milliseconds < 1_000) return `${Number(milliseconds.toPrecision(3))} ms`;
  if (milliseconds < 60_000) return `${Number((milliseconds / 1_000).toPrecision(3))} s`;
  const seconds = Math.round(milliseconds / 1_000);
  const [days, hours, minutes] = [86_400, 3_600, 60].map((unit) => Math.floor(seconds / unit));
  if (days) return `${days}d ${(hours ?? 0) % 24}h`;
  if (hours) return `${hours}h ${(minutes ?? 0) % 60}m`;
  return `${minutes}m ${seconds % 60}s`;
}

/** How long a run took; null while it has not ended. */
export const tookOf = (run: { startedAt: string; finishedAt: string | null }): number | null =>
  run.finishedAt === null ? null : Date.parse(run.finishedAt) - Date.parse(run.startedAt);

/** `2026-11-28T14:03:07.123Z`; on a terminal without what is seldom needed: `2026-11-28 14:03:07Z`. */
export const timeText = (time: string): string =>
  process.stdout.isTTY ? `${time.slice(0, 19).replace("T", " ")}Z` : time;
