import { isatty } from "node:tty";

const STDIN = 0;

/**
 * Hears SIGHUP from now on. Gives the function that says what to do when an operator sends it; if some have come before that
 * is said, it is done once. When it comes because the terminal that the process was started on has been closed, it ends the
 * process, as it does by default: nobody could stop it any more.
 */
export function hangUpSignal(): (heard: () => unknown) => void {
  const hadTerminal = isatty(STDIN);
  let missed = false;
  let reload: () => unknown = () => (missed = true);
  const hear = () => {
    // A terminal that is closed is none any more.
    if (!hadTerminal || isatty(STDIN)) return void reload();
    process.off("SIGHUP", hear);
    process.kill(process.pid, "SIGHUP");
  };
  process.on("SIGHUP", hear);
  return (heard) => {
    reload = heard;
    if (missed) heard();
  };
}
