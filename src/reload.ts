import { ConfigError } from "./config/config-error.ts";
import type { Config } from "./model/config.ts";
import { GatewayError } from "./model/errors.ts";
import type { Log } from "./model/log.ts";
import { type Problem, problemText } from "./model/position.ts";
import type { ConfigurationState, Reload } from "./model/reload.ts";
import type { Sources } from "./model/sources.ts";

/** The parts of reloading. */
export interface ReloadParts {
  /** The configuration that serves at first. */
  readonly first: Config;
  /** Reads the files anew. @throws {ConfigError} when it can't take the place of the one that serves */
  readonly read: (serving: Config) => Promise<Config>;
  /** Has it serve. What is thrown refuses it: then the one before still serves. */
  readonly use: (config: Config) => void;
  /** Whether the gateway serves: while it starts and stops, nothing is reloaded. */
  readonly serves: () => boolean;
  /** Hides secrets in a text. */
  readonly mask: (text: string) => string;
  readonly log: Log;
  readonly now: () => Date;
}

/** Replaces the configuration that serves. */
export interface Reloads {
  /**
   * Reads the configuration anew; it serves if nothing is wrong with it. Reloads are done one after another, and one that has
   * not begun yet serves all who ask meanwhile.
   * @throws {GatewayError} CONFLICT while the gateway starts or stops
   */
  reload(): Promise<Reload>;
  state(): ConfigurationState;
  /** The files of the last configuration that was read, whether or not it serves. */
  sources(): Sources;
}

/** See docs/operation.md, "Reload". */
export function reloads({ first, read, use, serves, mask, log, now }: ReloadParts): Reloads {
  let serving = { config: first, since: now() };
  let { sources } = first;
  let last: Reload | null = null;
  const count = { done: 0, refused: 0 };
  let underWay: Promise<unknown> = Promise.resolve();
  let next: Promise<Reload> | null = null;

  const reload = async (): Promise<Reload> => {
    next = null;
    const problems = await replaced();
    last = { at: now(), ok: problems.length === 0, problems };
    if (last.ok) {
      count.done++;
      log.info({ hash: serving.config.hash }, "the configuration was reloaded");
    } else {
      count.refused++;
      tellRefusal(log, problems);
    }
    return last;
  };

  /** The problems that keep the new configuration from serving; none when it serves. */
  const replaced = async (): Promise<readonly Problem[]> => {
    try {
      const config = await read(serving.config);
      mustGoOn();
      ({ sources } = config);
      use(config);
      serving = { config, since: now() };
      for (const { message, ...position } of config.warnings) log.warn(position, message);
      return [];
    } catch (error) {
      mustGoOn();
      if (error instanceof ConfigError) ({ sources } = error);
      return problemsOf(error, first.name).map((one) => ({ ...one, message: mask(one.message) }));
    }
  };

  const mustGoOn = () => {
    if (serves()) return;
    throw new GatewayError("CONFLICT", "The gateway starts or stops, so nothing is reloaded");
  };

  return {
    async reload() {
      mustGoOn();
      next ??= underWay.then(reload);
      underWay = next.catch(() => undefined);
      return next;
    },
    state: () => ({
      hash: serving.config.hash,
      loadedAt: serving.since,
      lastReload: last,
      reloads: { ...count },
    }),
    sources: () => sources,
  };
}

function tellRefusal(log: Log, problems: readonly Problem[]): void {
  for (const problem of problems) {
    const { message, ...position } = problem;
    log.error({ ...position, problem: message }, problemText(problem));
  }
  log.error(
    { problems: problems.length },
    "the new configuration was refused; the one before still serves",
  );
}

/** What is not about a place in a file is told at its beginning. */
function problemsOf(error: unknown, file: string): readonly Problem[] {
  if (error instanceof ConfigError) return error.problems;
  const { message } = error as Error;
  return [{ file, line: 1, col: 1, message }];
}
