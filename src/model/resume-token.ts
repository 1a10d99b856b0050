import { REDACTED } from "./secrets.ts";

/** The beginning of every token that resumes a run, so that it is found in any text. */
export const RESUME_TOKEN = "swr1.";

const TOKEN = /swr1\.[\w-]+\.[\w-]{43}/g;

/** A text without tokens that resume runs: `…/workflows:resume/[redacted]`. */
export const withoutResumeTokens = (text: string): string =>
  text.includes(RESUME_TOKEN) ? text.replace(TOKEN, REDACTED) : text;
