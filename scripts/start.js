// `npm start`: makes the clone ready, then runs the sample backend and the gateway in front of it until Ctrl-C.
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import "./prepare.js";

const file = (name) => fileURLToPath(new URL(`../${name}`, import.meta.url));
const ports = { backend: process.env.BACKEND_PORT ?? "3000", gateway: process.env.PORT ?? "8080" };

const backend = run("sample/backend.js", [ports.backend], ["inherit", "inherit", "inherit", "ipc"]);
const { listening } = await new Promise((resolve) => backend.once("message", resolve));

const env = { ...process.env, UPSTREAM_URL: listening };
const gateway = run(
  "bin/sidehook.js",
  ["start", "--config", file("gateway.yaml")],
  ["inherit", "pipe", "inherit"],
  env,
);

gateway.stdout.on("data", (text) => {
  process.stdout.write(text);
  const url = /listens on (http:\S+)/.exec(text)?.[1];
  if (url) process.stdout.write(toTry(url));
});

// Ctrl-C reaches the children too, being of the same terminal; a signal to this process alone is passed on.
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => gateway.kill(signal));

function run(script, args, stdio, env = process.env) {
  const child = spawn(process.execPath, [file(script), ...args], { stdio, env });
  child.once("exit", (code) => {
    process.exitCode ??= code ?? 0;
    backend.kill();
    gateway?.kill();
  });
  return child;
}

function toTry(url) {
  return `
Try, in another terminal:

  curl -i ${url}/posts:create -d '{"title":"ab"}'                              # refused
  curl -i ${url}/posts:create -d '{"title":"A new day"}'                       # changed on its way
  curl -i '${url}/posts?triggerWorkflows=dry-run' -d '{"title":"Not yet"}'     # ends well, saves nothing

What ran: curl http://127.0.0.1:${process.env.ADMIN_PORT ?? "8081"}/runs

`;
}
