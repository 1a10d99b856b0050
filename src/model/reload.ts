import { type Problem, problemText } from "./position.ts";

/** An attempt to put a new configuration in the place of the one that serves. */
export interface Reload {
  readonly at: Date;
  /** Whether the new one serves now. */
  readonly ok: boolean;
  /** Why it was refused: all that is wrong with it. */
  readonly problems: readonly Problem[];
}

/** The configuration that serves, and what became of attempts to replace it. */
export interface ConfigurationState {
  /** SHA-256 of its files, hex. */
  readonly hash: string;
  readonly loadedAt: Date;
  /** Null before the first. */
  readonly lastReload: Reload | null;
  /** How many there have been since the start. */
  readonly reloads: { readonly done: number; readonly refused: number };
}

/** How many problems a message tells. */
const MOST = 5;

/**
 * A reload in one line.
 *
 *     "the configuration was reloaded"
 *     "the new configuration was refused: gateway.yaml:3:5: unknown key \"lisen\"; and 2 more"
 *
 * @param tell how one problem is told; default: with its place
 */
export function reloadMessage(
  { ok, problems }: Reload,
  tell: (problem: Problem) => string = problemText,
): string {
  if (ok) return "the configuration was reloaded";
  const told = problems.slice(0, MOST).map(tell);
  if (problems.length > MOST) told.push(`and ${problems.length - MOST} more`);
  return `the new configuration was refused: ${told.join("; ")}`;
}
