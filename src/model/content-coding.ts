import { promisify } from "node:util";
import zlib from "node:zlib";

/** Why a body can't be unpacked. `coding` names the one that was met; `too-large`: it unfolds to more than the limit. */
export class ContentCodingError extends Error {
  override readonly name = "ContentCodingError";
  readonly reason: "unknown" | "broken" | "too-large";

  constructor(reason: ContentCodingError["reason"], coding: string, options?: ErrorOptions) {
    const what = { unknown: "is not known here", broken: "is broken", "too-large": "is too large" };
    super(`the content coding ${coding} ${what[reason]}`, options);
    this.reason = reason;
  }
}

type Unpack = (bytes: Buffer, options: zlib.ZlibOptions) => Promise<Buffer>;

const gunzip: Unpack = promisify(zlib.gunzip);
const inflate: Unpack = promisify(zlib.inflate);
const inflateRaw: Unpack = promisify(zlib.inflateRaw);
const unbrotli: Unpack = promisify(zlib.brotliDecompress);

/** Some servers mean zlib by `deflate`, as RFC 9110 does, some the bare format: the header of zlib tells (RFC 1950, 2.2). */
const undeflate: Unpack = (bytes, options) => {
  const [first = 0, second = 0] = bytes;
  const isZlib = (first & 0x0f) === 8 && (first * 256 + second) % 31 === 0;
  return isZlib ? inflate(bytes, options) : inflateRaw(bytes, options);
};

/** From Node 22.15. */
const { zstdDecompress } = zlib as { zstdDecompress?: typeof zlib.gunzip };

const CODINGS: ReadonlyMap<string, Unpack> = new Map([
  ["gzip", gunzip],
  ["x-gzip", gunzip],
  ["deflate", undeflate],
  ["br", unbrotli],
  ...(zstdDecompress ? [["zstd", promisify(zstdDecompress) as Unpack] as const] : []),
]);

/** The codings that can be unpacked, as a request offers them. */
export const OFFERED_CODINGS = [...CODINGS.keys()].filter((name) => name !== "x-gzip").join(", ");

/** Codings of one body, at most: servers do not use more, and each costs. */
const MOST = 3;

/**
 * A body without its content codings, undone in the reverse of their order. An empty one stays empty: an answer to HEAD
 * names the coding of a body that it does not have.
 * @param encoding the value of Content-Encoding: `gzip`, `deflate, br`
 * @param limit bytes that it may unfold to: no more are made
 * @throws {ContentCodingError}
 */
export async function unpacked(bytes: Buffer, encoding: string, limit: number): Promise<Buffer> {
  const names = codingsOf(encoding);
  const unknown = names.find((name) => !CODINGS.has(name)) ?? names[MOST];
  if (unknown !== undefined) throw new ContentCodingError("unknown", unknown);
  let content = bytes;
  for (const name of names.toReversed()) {
    const unpack = CODINGS.get(name);
    if (unpack && content.length > 0) content = await undone(unpack, name, content, limit);
  }
  return content;
}

/** `GZIP, identity, br` → gzip, br. */
export const codingsOf = (encoding: string): string[] =>
  encoding
    .toLowerCase()
    .split(",")
    .map((name) => name.trim())
    .filter((name) => name !== "" && name !== "identity");

async function undone(unpack: Unpack, name: string, bytes: Buffer, limit: number): Promise<Buffer> {
  try {
    return await unpack(bytes, { maxOutputLength: limit });
  } catch (error) {
    const tooLarge = (error as NodeJS.ErrnoException).code === "ERR_BUFFER_TOO_LARGE";
    throw new ContentCodingError(tooLarge ? "too-large" : "broken", name, { cause: error });
  }
}

/**
 * The codings of an `Accept-Encoding` that can be unpacked here.
 *
 *     gzip, br;q=0.5, sdch → gzip, br;q=0.5
 *     *                    → gzip, deflate, br
 *     sdch                 → identity
 * @see RFC 9110, section 12.5.3
 */
export function offered(acceptEncoding: string): string {
  const wanted = acceptEncoding.split(",").map((text) => text.trim());
  const kept = wanted.flatMap((text) => {
    const [name = "", ...weight] = text.split(";");
    const coding = name.trim().toLowerCase();
    if (coding === "*") {
      const others = OFFERED_CODINGS.split(", ").filter((other) => !names(wanted).has(other));
      return others.map((other) => [other, ...weight].join(";"));
    }
    return coding === "identity" || CODINGS.has(coding) ? [text] : [];
  });
  return kept.length === 0 ? "identity" : kept.join(", ");
}

const names = (wanted: readonly string[]): ReadonlySet<string> =>
  new Set(wanted.map((text) => (text.split(";", 1)[0] ?? "").trim().toLowerCase()));
