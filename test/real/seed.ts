import type { JsonObject } from "../../src/model/json.ts";

/** More than a page of any backend. */
const POSTS = 130;

/** `{ title: "Title 7", number: 7 }`, with numbers from 1. */
export const posts: readonly JsonObject[] = Array.from({ length: POSTS }, (_, at) => ({
  title: `Title ${at + 1}`,
  number: at + 1,
}));

/** Whether a post of the seed has the category called News; the others have none. */
export const isNews = (post: JsonObject): boolean => Number(post["number"]) % 2 === 0;

/** The password of every account. */
export const PASSWORD = "Correct-Horse-9";
