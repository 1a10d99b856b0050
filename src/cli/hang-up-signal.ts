import { isatty } from "node:tty";

/** What SIGHUP means, which would end the process if nothing heard it. */
export interface HangUp {
  /** Says what to do when an operator sends it. If some have come before that is said, it is done once. */
  onReload(heard: () => unknown): void;
  /** Resolves when it came because the terminal that the process was started on has been closed. */
  readonly terminalClosed: Promise<"SIGHUP">;
}

const STDIN = 0;

/** Hears SIGHUP from now on. */
export function hangUpSignal(): HangUp {
  const hadTerminal = isatty(STDIN);
  let missed = false;
  let reload: () => unknown = () => (missed = true);
  const terminalClosed = new Promise<"SIGHUP">((resolve) => {
    process.on("SIGHUP", () => {
      // A terminal that is closed is none any more.
      if (hadTerminal && !isatty(STDIN)) resolve("SIGHUP");
      else reload();
    });
  });
  return {
    onReload(heard) {
      reload = heard;
      if (missed) heard();
    },
    terminalClosed,
  };
}
