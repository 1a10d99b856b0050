import { spawn } from "node:child_process";
import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";

/** Milliseconds in which a backend has to serve, or to end when it is told to. */
const STARTS = 240_000;
const ENDS = 10_000;

// So that nothing outlives a command that is broken off.
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(1));

/** A port of loopback on which nothing listens. */
export async function freePort(): Promise<number> {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const { port } = probe.address() as AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  return port;
}

/** A process that was started, and all that it has started. */
export interface Started {
  stop(): Promise<void>;
}

/** Runs a command to its end. @throws {Error} with the end of what it printed, when it failed */
export async function ran(command: string, args: readonly string[], place: Where): Promise<void> {
  const { child, said } = spawned(command, args, place);
  const late = setTimeout(() => child.kill("SIGKILL"), place.timeout ?? STARTS);
  const [code] = (await once(child, "close")) as [number | null];
  clearTimeout(late);
  if (code !== 0) throw new Error(`${command} ${args.join(" ")} ended with ${code}:\n${said()}`);
}

/** Where a command runs, and what it finds in its environment beside the one here. */
export interface Where {
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Milliseconds, at most. */
  readonly timeout?: number;
}

/** Starts a server, and waits until this address answers. @throws {Error} with the end of what it printed, when it does not */
export async function serving(
  command: string,
  args: readonly string[],
  { answers, ...place }: Where & { readonly answers: string },
): Promise<Started> {
  const { child, said } = spawned(command, args, place);
  const closed = once(child, "close");
  const stop = async () => {
    const late = setTimeout(() => child.kill("SIGKILL"), ENDS);
    child.kill("SIGTERM");
    await closed;
    clearTimeout(late);
  };
  const latest = performance.now() + STARTS;
  while (!(await isUp(answers))) {
    const hasEnded = child.exitCode !== null || child.signalCode !== null;
    if (hasEnded || performance.now() > latest) {
      await stop();
      throw new Error(`${args[0]} ${hasEnded ? "ended" : "did not serve in time"}:\n${said()}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return { stop };
}

async function isUp(url: string): Promise<boolean> {
  try {
    const { status } = await fetch(url, { signal: AbortSignal.timeout(2_000) });
    return status < 500;
  } catch {
    return false;
  }
}

function spawned(command: string, args: readonly string[], { cwd, env = {} }: Where) {
  const child = spawn(command, args, {
    cwd,
    env: { ...withoutNpm(process.env), ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let text = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk: Buffer) => (text = (text + chunk.toString()).slice(-8_000)));
  }
  const kill = () => void child.kill("SIGKILL");
  process.once("exit", kill);
  child.once("close", () => process.off("exit", kill));
  return { child, said: () => text };
}

/** The environment without what npm, tsx and mocha say to the scripts that they run. */
function withoutNpm(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const entries = Object.entries(environment);
  return Object.fromEntries(
    entries.filter(([name]) => !name.startsWith("npm_") && name !== "NODE_OPTIONS"),
  );
}
