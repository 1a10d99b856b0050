import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from "node:crypto";
import { isLong, yieldToEventLoop } from "../model/event-loop.ts";
import { SealedUnreadable } from "../model/queue.ts";

/** What a sealed text belongs to: it opens as nothing else. */
export interface Bound {
  /** The id of a run, or a delivery. */
  readonly of: string;
  /** The part of it: `trigger`, `step pay 1`. */
  readonly part: string;
}

/** Keeps texts so that only the holder of a key can read them: AES-256-GCM, with a random nonce each. */
export interface Seal {
  seal(text: string, to: Bound): string;
  /** The same of a text that may be long: others get their turn meanwhile. */
  sealInSlices(text: string, to: Bound): Promise<string>;
  /** Others get their turn meanwhile. @throws {SealedUnreadable} also where it was changed, or is that of something else */
  open(sealed: string, to: Bound): Promise<string>;
}

/** Characters that are worked on at a time. A multiple of four, since base64 is cut there. */
const SLICE = 200_000;

/** Bytes of a nonce and of an authentication tag of GCM (NIST SP 800-38D). */
const [NONCE, TAG] = [12, 16];

const METHOD = "aes-256-gcm";

const KEY_IS_GONE =
  "store.key no longer has the key that sealed them. List that key behind the first one, so that other runs can go on; " +
  "what caused this run has to be done again";
const WAS_CHANGED =
  "the store was changed since they were sealed. Restore it from a backup, or do again what caused this run";

/**
 * Makes a seal. What it gives is `<key>.<nonce>.<tag>.<text>`, in base64, with the key named by a digest of its own. Each run
 * has a key derived from that one (HKDF), so that random nonces never run out.
 * @param keys of 32 bytes: the first seals, all open
 */
export function sealWith(keys: readonly [Buffer, ...Buffer[]]): Seal {
  const [first] = keys;
  const named = new Map(keys.map((key) => [nameOf(key), key]));
  const firstName = nameOf(first);

  function* sealing(text: string, to: Bound): Working {
    const nonce = randomBytes(NONCE);
    const cipher = createCipheriv(METHOD, keyOf(first, to), nonce, { authTagLength: TAG });
    cipher.setAAD(associated(to));
    let sealed = "";
    for (let from = 0; from < text.length;) {
      const end = sliceEnd(text, from);
      sealed += cipher.update(text.slice(from, end), "utf8", "base64");
      from = end;
      yield;
    }
    sealed += cipher.final("base64");
    const tag = cipher.getAuthTag();
    return [firstName, nonce.toString("base64"), tag.toString("base64"), sealed].join(".");
  }

  function* opening(sealed: string, to: Bound): Working {
    const [name = "", nonce = "", tag = ""] = sealed.split(".", 3);
    const key = named.get(name);
    if (key === undefined) throw new SealedUnreadable(KEY_IS_GONE);
    const decipher = createDecipheriv(METHOD, keyOf(key, to), Buffer.from(nonce, "base64"), {
      authTagLength: TAG,
    });
    decipher.setAAD(associated(to));
    decipher.setAuthTag(Buffer.from(tag, "base64"));
    let text = "";
    for (let from = name.length + nonce.length + tag.length + 3; from < sealed.length;) {
      text += decipher.update(sealed.slice(from, from + SLICE), "base64", "utf8");
      from += SLICE;
      yield;
    }
    return text + decipher.final("utf8");
  }

  return {
    seal: (text, to) => atOnce(sealing(text, to)),
    sealInSlices: (text, to) => inTurns(sealing(text, to)),
    async open(sealed, to) {
      try {
        return await inTurns(opening(sealed, to));
      } catch (error) {
        if (error instanceof SealedUnreadable) throw error;
        throw new SealedUnreadable(WAS_CHANGED, { cause: error });
      }
    },
  };
}

/** A key for another use, which tells nothing of the key itself: the same wherever that key is. @param use names it */
export const derivedKey = (key: Buffer, use: string): Buffer =>
  Buffer.from(hkdfSync("sha256", key, "", `sidehook ${use}`, 32));

/** Work on a text, slice by slice. */
type Working = Generator<void, string>;

function atOnce(work: Working): string {
  for (;;) {
    const { done, value } = work.next();
    if (done === true) return value;
  }
}

async function inTurns(work: Working): Promise<string> {
  for (;;) {
    const { done, value } = work.next();
    if (done === true) return value;
    if (isLong()) await yieldToEventLoop();
  }
}

const nameOf = (key: Buffer): string =>
  derivedKey(key, "name of a key").subarray(0, 6).toString("base64");

const keyOf = (key: Buffer, { of }: Bound): Buffer => derivedKey(key, `seal ${of}`);

const associated = ({ of, part }: Bound): Buffer => Buffer.from(JSON.stringify([of, part]));

/** A character of two units is not cut. */
function sliceEnd(text: string, from: number): number {
  const end = Math.min(from + SLICE, text.length);
  const last = text.charCodeAt(end - 1);
  return end < text.length && last >= 0xd800 && last < 0xdc00 ? end - 1 : end;
}
