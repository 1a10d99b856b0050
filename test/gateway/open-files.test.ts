import { spawn } from "node:child_process";
import { once } from "node:events";
import { type Socket, connect } from "node:net";
import { join } from "node:path";
import { expect } from "chai";
import { connectionsWithin } from "../../src/open-files.ts";
import { folderWith, project } from "../support/command.ts";

describe("where a process may open few files", () => {
  const cases: [wanted: number, files: number, served: number, open: number][] = [
    [10_000, Infinity, 10_000, Infinity],
    [10_000, 300, 86, 86],
    [50, 300, 50, 122],
    [10_000, 64, 1, 1],
  ];
  for (const [wanted, files, served, open] of cases) {
    it(`${served} of ${wanted} connections are served with ${files} files, and ${open} may be open`, () => {
      expect(connectionsWithin(wanted, files)).to.deep.equal({ served, open });
    });
  }

  it("hundreds of requests with half a head do not make the admin port unreachable", async () => {
    const { path, remove } = await folderWith({ "gateway.yaml": CONFIGURATION });
    const command = `ulimit -n 300; exec "${process.execPath}" "${join(project, "bin/sidehook.js")}" start`;
    const gateway = spawn("sh", ["-c", command], {
      cwd: path,
      stdio: ["ignore", "pipe", "ignore"],
    });
    const clients: Socket[] = [];
    try {
      const said = await line(gateway.stdout, /listens on \S+:(\d+) \(admin on (\S+)\)/);
      for (let count = 0; count < 400; count += 1) {
        const client = connect(Number(said[1]), "127.0.0.1").on("error", () => undefined);
        client.write("GET / HTTP/1.1\r\n");
        clients.push(client);
      }
      await Promise.all(clients.map((client) => once(client, "connect")));
      expect((await fetch(`${said[2]}/healthz`)).status).to.equal(200);
      expect((await fetch(`${said[2]}/readyz`)).status).to.equal(200);
    } finally {
      for (const client of clients) client.destroy();
      const ended = once(gateway, "exit");
      gateway.kill("SIGTERM");
      await ended;
      await remove();
    }
  });
});

/** The first match in a stream's text. */
async function line(stream: NodeJS.ReadableStream, pattern: RegExp): Promise<RegExpExecArray> {
  let text = "";
  for await (const chunk of stream) {
    text += String(chunk);
    const found = pattern.exec(text);
    if (found) return found;
  }
  throw new Error(`it never said ${pattern.source}: ${text}`);
}

const CONFIGURATION = `
listen: { port: 0 }
admin: { port: 0 }
upstream: { url: "http://127.0.0.1:9" }
`;
