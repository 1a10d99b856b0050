import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";

/** A place of a text, from 0. */
export interface TextPlace {
  readonly line: number;
  readonly character: number;
}

/** A problem that an editor shows. */
export interface Diagnostic {
  readonly message: string;
  readonly range: { readonly start: TextPlace; readonly end: TextPlace };
}

/** The YAML language server that editors start, spoken to as they do. */
export interface LanguageServer {
  /** Opens a file, and gives what is wrong with it. Its `$schema` line is followed from where the file would lie. */
  open(path: string, text: string): Promise<readonly Diagnostic[]>;
  /** The labels that are offered at a place of an open file. */
  completion(path: string, position: TextPlace): Promise<readonly string[]>;
  /** The Markdown that is shown over a place of an open file. */
  hover(path: string, position: TextPlace): Promise<string>;
  stop(): Promise<void>;
}

/** A message of JSON-RPC, as far as it is looked at. */
interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly params?: unknown;
  readonly result?: unknown;
}

const require = createRequire(import.meta.url);
const bin = join(
  dirname(require.resolve("yaml-language-server/package.json")),
  "bin/yaml-language-server",
);

/** Starts it. See https://microsoft.github.io/language-server-protocol/specifications/lsp/3.17/specification/ */
export async function startLanguageServer(): Promise<LanguageServer> {
  const server = spawn(process.execPath, [bin, "--stdio"], { stdio: ["pipe", "pipe", "ignore"] });
  const answers = new Map<number, (result: unknown) => void>();
  const diagnosed = new Map<string, (found: readonly Diagnostic[]) => void>();
  let asked = 0;

  const send = (message: object) => {
    const body = JSON.stringify({ jsonrpc: "2.0", ...message });
    server.stdin.write(`Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
  };
  const ask = (method: string, params: object) =>
    new Promise<unknown>((resolve) => {
      answers.set(++asked, resolve);
      send({ id: asked, method, params });
    });

  onMessage(server, ({ id, method, params, result }) => {
    if (method === "textDocument/publishDiagnostics") {
      const { uri, diagnostics } = params as { uri: string; diagnostics: readonly Diagnostic[] };
      diagnosed.get(uri)?.(diagnostics);
    } else if (method !== undefined && id !== undefined) {
      // The server asks for settings, and to be told of changes: it has its defaults, and may.
      send({ id, result: method === "workspace/configuration" ? [] : null });
    } else if (id !== undefined) {
      answers.get(id)?.(result);
    }
  });

  await ask("initialize", { processId: process.pid, rootUri: null, capabilities: CAPABILITIES });
  send({ method: "initialized", params: {} });
  send({ method: "workspace/didChangeConfiguration", params: { settings: SETTINGS } });

  return {
    open: (path, text) =>
      new Promise((resolve) => {
        const uri = uriOf(path);
        diagnosed.set(uri, resolve);
        const textDocument = { uri, languageId: "yaml", version: 1, text };
        send({ method: "textDocument/didOpen", params: { textDocument } });
      }),
    async completion(path, position) {
      const textDocument = { uri: uriOf(path) };
      const found = await ask("textDocument/completion", { textDocument, position });
      return (found as { items: { label: string }[] }).items.map(({ label }) => label);
    },
    async hover(path, position) {
      const textDocument = { uri: uriOf(path) };
      const found = await ask("textDocument/hover", { textDocument, position });
      return (found as { contents: { value: string } } | null)?.contents.value ?? "";
    },
    async stop() {
      const ended = once(server, "exit");
      server.kill();
      await ended;
    },
  };
}

const CAPABILITIES = {
  workspace: { configuration: false },
  textDocument: {
    completion: { completionItem: { snippetSupport: true } },
    hover: { contentFormat: ["markdown"] },
    publishDiagnostics: {},
  },
};

/** No schema is looked for on the network. */
const SETTINGS = {
  yaml: { schemaStore: { enable: false }, validate: true, hover: true, completion: true },
};

const uriOf = (path: string) => pathToFileURL(path).href;

/** Calls back with each message that the server writes. */
function onMessage(server: ChildProcess, callback: (message: Message) => void): void {
  let rest = Buffer.alloc(0);
  server.stdout?.on("data", (chunk: Buffer) => {
    rest = Buffer.concat([rest, chunk]);
    for (;;) {
      const head = rest.indexOf("\r\n\r\n");
      if (head < 0) return;
      const length = Number(/content-length: (\d+)/i.exec(rest.toString("latin1", 0, head))?.[1]);
      if (rest.length < head + 4 + length) return;
      const body = rest.toString("utf8", head + 4, head + 4 + length);
      rest = rest.subarray(head + 4 + length);
      callback(JSON.parse(body) as Message);
    }
  });
}
