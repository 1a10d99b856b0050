// `npm start`: runs the sample backend, and the gateway in front of it, until Ctrl-C or until one of them ends.
// `prestart` has made the clone ready.
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

/** What runs, the last started first: so they are stopped, since the gateway's last requests need the backend. */
const running = [];
let stopping = false;

for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, stop);
// The shell that npm puts between dies of SIGTERM without passing it on.
const parent = process.ppid;
setInterval(() => process.ppid !== parent && stop(), 500).unref();

const backend = await start("sample/backend.js", [process.env.BACKEND_PORT ?? "3000"]);
const config = fileURLToPath(new URL("../gateway.yaml", import.meta.url));
const gateway = await start("bin/sidehook.js", ["start", "--config", config], {
  UPSTREAM_URL: backend.url,
});
console.log(toTry(gateway));

/** Starts a script of this project, and gives what it tells when it serves: `{ url }`. If it ends, all ends. */
function start(script, args, settings = {}) {
  const file = fileURLToPath(new URL(`../${script}`, import.meta.url));
  const child = spawn(process.execPath, [file, ...args], {
    env: { ...process.env, ...settings },
    stdio: ["inherit", "inherit", "inherit", "ipc"],
  });
  running.unshift(child);
  child.once("exit", (code, signal) => {
    const how = signal ?? `exit code ${code}`;
    running.splice(running.indexOf(child), 1);
    if (!stopping) console.error(`${script} has ended (${how}), so npm start ends too.`);
    process.exitCode ??= code ?? 1;
    if (running.length === 0) process.exit();
    stop();
  });
  return new Promise((resolve) => child.once("message", resolve));
}

/** Stops the last started; when that has ended, the next. A second Ctrl-C tells it again. */
function stop() {
  stopping = true;
  running[0]?.kill("SIGTERM");
}

function toTry({ url, adminUrl }) {
  return `
Try, in another terminal:

  curl -i ${url}/posts:create -d '{"title":"ab"}'                              # refused
  curl -i ${url}/posts:create -d '{"title":"A new day"}'                       # changed on its way
  curl -i '${url}/posts?triggerWorkflows=dry-run' -d '{"title":"Not yet"}'     # ends well, saves nothing

What ran: open ${adminUrl} in a browser, or curl ${adminUrl}/runs
`;
}
