import { promisify } from "node:util";
import { type ZlibOptions, brotliDecompress, crc32, inflate, inflateRaw } from "node:zlib";
import { codingsOf } from "../model/content-coding.ts";
import { GatewayError } from "../model/errors.ts";

/** The result of unpacking one stream. `engine.bytesWritten` counts the bytes that it read. */
interface Undone {
  readonly buffer: Buffer;
  readonly engine: { readonly bytesWritten: number };
}

type Undo = (bytes: Buffer, limit: number) => Promise<Buffer>;

/** Codings of one body, at most: more is not a client's habit, and each costs. */
const MOST = 3;

/** How far a body may unfold: so many times its length, or to so many bytes, whichever is more. */
const RATIO = { times: 200, bytes: 1024 * 1024 };

/** A body that does not fill its coding exactly. */
class Broken extends Error {}

const CODINGS: ReadonlyMap<string, Undo> = new Map([
  ["gzip", gunzip],
  ["x-gzip", gunzip],
  ["deflate", whole(promisify(inflate) as never)],
  ["br", whole(promisify(brotliDecompress) as never)],
]);

/**
 * The codings of a body, to be undone.
 * @param encoding the value of Content-Encoding: `gzip`, `deflate, br`; empty: none
 * @throws {GatewayError} UNSUPPORTED_MEDIA_TYPE
 */
export function supportedCodings(encoding: string): readonly string[] {
  const names = codingsOf(encoding);
  const unknown = names.find((name) => !CODINGS.has(name)) ?? names[MOST];
  if (unknown === undefined) return names;
  throw new GatewayError(
    "UNSUPPORTED_MEDIA_TYPE",
    `The Content-Encoding ${encoding.slice(0, 100)} is not supported; send gzip, deflate, br or none`,
  );
}

/**
 * A body without its codings. Each must be one whole stream and nothing else: bytes behind it, or a second one, are read by
 * some servers and passed over by others.
 * @param code of the error when the bytes are not what they are said to be
 * @throws {GatewayError} that, or BODY_TOO_LARGE when they unfold to more than `limit` bytes, or to many times their length
 */
export async function unpacked(
  bytes: Buffer,
  codings: readonly string[],
  limit: number,
  code: "BAD_JSON" | "BAD_FORM",
): Promise<Buffer> {
  const most = Math.min(limit, Math.max(RATIO.bytes, bytes.length * RATIO.times));
  let content = bytes;
  for (const name of codings.toReversed()) {
    content = await (CODINGS.get(name) as Undo)(content, most).catch((error: unknown) => {
      if ((error as NodeJS.ErrnoException).code === "ERR_BUFFER_TOO_LARGE") {
        throw new GatewayError("BODY_TOO_LARGE", `The body unfolds to more than ${most} bytes`);
      }
      throw new GatewayError(code, `The body does not match its Content-Encoding: ${name}`, {
        cause: error,
      });
    });
  }
  return content;
}

/** Undoes a stream that takes all of the bytes. */
function whole(undo: (bytes: Buffer, options: ZlibOptions) => Promise<Undone>): Undo {
  return async (bytes, limit) => {
    const { buffer, engine } = await undo(bytes, { info: true, maxOutputLength: limit });
    if (engine.bytesWritten !== bytes.length) throw new Broken("bytes behind the end");
    return buffer;
  };
}

/** Bytes behind a gzip member's stream: its checksum, and the length of what it holds. RFC 1952, section 2.3. */
const TRAILER = 8;

/** Undoes one member. Node's own `gunzip` would take several for one. */
async function gunzip(bytes: Buffer, limit: number): Promise<Buffer> {
  const stream = bytes.subarray(headerLength(bytes), bytes.length - TRAILER);
  const trailer = bytes.subarray(bytes.length - TRAILER);
  const content = await inflated(stream, limit);
  if (trailer.readUInt32LE(0) !== crc32(content) || trailer.readUInt32LE(4) !== content.length) {
    throw new Broken("another checksum or length");
  }
  return content;
}

const inflated = whole(promisify(inflateRaw) as never);

/** Flags of a gzip header. */
const FLAGS = { checksum: 2, extra: 4, name: 8, comment: 16, reserved: 0xe0 };

/** How long the header of a gzip member is. RFC 1952, section 2.3. */
function headerLength(bytes: Buffer): number {
  if (bytes.length < 10 + TRAILER || bytes.readUIntBE(0, 3) !== 0x1f8b08) {
    throw new Broken("not a gzip member");
  }
  const flags = bytes.readUInt8(3);
  if (flags & FLAGS.reserved) throw new Broken("reserved flags");
  let at = 10;
  if (flags & FLAGS.extra) at += 2 + bytes.readUInt16LE(at);
  for (const text of [FLAGS.name, FLAGS.comment]) {
    if (!(flags & text)) continue;
    const end = bytes.indexOf(0, at);
    if (end < 0) throw new Broken("a text without an end");
    at = end + 1;
  }
  if (flags & FLAGS.checksum) at += 2;
  return at;
}
