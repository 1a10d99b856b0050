import { request } from "node:http";
import { text } from "node:stream/consumers";

/** The request of a curl line. */
export interface CurlRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
}

/** The answer. */
export interface CurlAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

/**
 * Reads a curl line as a shell and curl do: `curl -i 'http://h/a?b=c' -d '{"d":1}'  # a comment`.
 * @throws when it has an option or shell syntax that is not known here
 */
export function readCurl(line: string): CurlRequest {
  const [program, ...words] = shellWords(line);
  if (program !== "curl") throw new Error(`is no curl line: ${line}`);
  const headers: Record<string, string> = { "User-Agent": "curl/8.5.0", Accept: "*/*" };
  let method: string | null = null;
  let url: string | null = null;
  let body: string | null = null;
  while (words.length > 0) {
    const word = words.shift() ?? "";
    if (/^-[isS]+$/.test(word)) continue;
    if (!word.startsWith("-")) url = word;
    else if (word === "-X") method = words.shift() ?? "";
    else if (word === "-d") body = [body, words.shift()].filter((part) => part !== null).join("&");
    else if (word === "-H") Object.assign(headers, headerOf(words.shift() ?? ""));
    else if (word === "-u") headers["Authorization"] = basic(words.shift() ?? "");
    else throw new Error(`test/sample/curl.ts does not know ${word}: ${line}`);
  }
  if (url === null) throw new Error(`has no URL: ${line}`);
  if (body !== null) {
    headers["Content-Length"] = String(Buffer.byteLength(body));
    if (!Object.keys(headers).some((name) => name.toLowerCase() === "content-type")) {
      headers["Content-Type"] = "application/x-www-form-urlencoded";
    }
  }
  return { method: method ?? (body === null ? "GET" : "POST"), url, headers, body };
}

/** Sends the request that curl would send. */
export function send({ method, url, headers, body }: CurlRequest): Promise<CurlAnswer> {
  return new Promise((resolve, reject) => {
    const asking = request(url, { method, headers, agent: false }, (response) => {
      const { statusCode: status = 0, headers: received } = response;
      text(response).then((whole) => resolve({ status, headers: received, body: whole }), reject);
    });
    asking.on("error", reject);
    asking.end(body ?? undefined);
  });
}

/** The words of a simple command: bare, in single quotes, or in double quotes without `$`. */
function shellWords(line: string): string[] {
  const words: string[] = [];
  const word = /\s+|#.*$|((?:'[^']*'|"[^"$`\\]*"|[^\s'"$`\\|&;<>#]+)+)/y;
  while (word.lastIndex < line.length) {
    const found = word.exec(line);
    if (!found) throw new Error(`is more than a simple command: ${line}`);
    if (found[1] !== undefined) words.push(found[1].replace(/'([^']*)'|"([^"]*)"/g, "$1$2"));
  }
  return words;
}

function headerOf(line: string): Record<string, string> {
  const [, name = "", value = ""] = /^([^:]+): *(.*)$/.exec(line) ?? [];
  return { [name]: value };
}

const basic = (pair: string) => `Basic ${Buffer.from(pair).toString("base64")}`;
