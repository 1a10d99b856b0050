import { FRAMING, isHeaderName, isHeaderValue } from "../../model/headers.ts";
import type { ResponseChange, ResponseDraft } from "../../model/response-draft.ts";
import { checkHeadersLength } from "../../model/headers-length.ts";
import { StepError } from "../../model/step-error.ts";

/** A draft of the upstream's answer, and the changes that workflows have asked for. */
export interface AnswerDraft extends ResponseDraft {
  /** All changes so far as one; header names in lower case. */
  asked(): ResponseChange;
}

/** Lets runs change the answer. Of two changes to the same thing the later one counts. */
export function answerDraft(before: ResponseChange = {}): AnswerDraft {
  let asked = before;
  return {
    asked: () => asked,
    change({ headers = {}, ...change }, headerLimit) {
      const lower = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]);
      for (const [name = "", value = ""] of lower) check(name, value);
      const all = { ...asked.headers, ...(Object.fromEntries(lower) as Record<string, string>) };
      checkHeadersLength(all, headerLimit);
      asked = { ...asked, ...change, headers: all };
    },
  };
}

/** Refuses headers of the answer's framing, which the gateway sets itself. */
function check(name: string, value: string): void {
  if (FRAMING.has(name) || !isHeaderName(name)) {
    const message = `set-response may not set the header "${name}"`;
    throw new StepError("BAD_HEADER", message, { retryable: false });
  }
  if (!isHeaderValue(value)) {
    const message = `The value of header "${name}" has a character that headers can't have, such as a line break`;
    throw new StepError("BAD_HEADER", message, { retryable: false });
  }
}
