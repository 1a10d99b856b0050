import { createHmac, timingSafeEqual } from "node:crypto";
import { isJsonObject, jsonText, parseJson } from "../../model/json.ts";
import { RESUME_TOKEN } from "../../model/resume-token.ts";
import type { WaitPlace } from "../../model/wait-answer.ts";

/** Addresses that resume runs. */
export interface ResumeLinks {
  /** `https://api.example.com/api/workflows:resume/swr1.…` */
  readonly urlOf: (place: WaitPlace) => string;
  /** The place that a token is for; null: no gateway of this store signed it. */
  readonly read: (token: string) => WaitPlace | null;
}

/** The longest token that is looked at, in characters. */
const LONGEST = 4_000;

/**
 * Makes and reads the addresses. A token is `swr1.<place>.<HMAC-SHA256 of it>`, in base64url.
 * @param keys the first signs; what any of them has signed is valid
 * @param base the address before `/workflows:resume`
 */
export function linksOf(keys: readonly Buffer[], base: () => string): ResumeLinks {
  const [first] = keys;
  if (first === undefined) throw new Error("Addresses can't be signed without a key");
  return {
    urlOf({ run, step, from }) {
      const text = Buffer.from(jsonText([run, step, from])).toString("base64url");
      const signed = `${RESUME_TOKEN}${text}.${signature(first, text).toString("base64url")}`;
      return `${base()}/workflows:resume/${signed}`;
    },
    read(token) {
      if (!token.startsWith(RESUME_TOKEN) || token.length > LONGEST) return null;
      const [text = "", given = "", ...more] = token.slice(RESUME_TOKEN.length).split(".");
      const mac = Buffer.from(given, "base64url");
      const isOurs = keys.some((key) => {
        const expected = signature(key, text);
        return expected.length === mac.length && timingSafeEqual(expected, mac);
      });
      return isOurs && more.length === 0 ? placeIn(text) : null;
    },
  };
}

const signature = (key: Buffer, text: string): Buffer =>
  createHmac("sha256", key).update(text).digest();

function placeIn(text: string): WaitPlace | null {
  const place = parseJson(Buffer.from(text, "base64url").toString());
  if (!Array.isArray(place) || isJsonObject(place)) return null;
  const [run, step, from] = place as readonly unknown[];
  if (typeof run !== "string" || typeof step !== "string" || typeof from !== "string") return null;
  return { run, step, from };
}
