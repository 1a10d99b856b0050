import { z } from "zod";
import { FRAMING, isCredentialHeader, isHeaderName, isHeaderValue } from "../../model/headers.ts";
import { isJsonObject } from "../../model/json.ts";

const value = z
  .union([z.string(), z.number(), z.bigint(), z.boolean()], { error: "should be a text" })
  .transform(String)
  .refine(isHeaderValue, {
    error: "should hold no line break, no NUL, and only characters of Latin-1",
  });

/**
 * Header name → value; numbers and booleans are put in as text.
 * @param mistake the mistake in a name, or null. Names are checked at load, also where a value is still a template
 */
const headersWith = (mistake: (name: string) => string | null) =>
  z.record(z.string(), value).superRefine(
    (headers, problems) => {
      for (const name of Object.keys(headers)) {
        const message = mistake(name);
        if (message !== null) problems.addIssue({ code: "custom", message });
      }
    },
    { when: ({ value: headers }) => isJsonObject(headers) },
  );

/** Headers of a message that the gateway itself frames. */
export const headerValues = headersWith((name) => {
  if (!isHeaderName(name)) return `"${name}" is not a valid header name`;
  return FRAMING.has(name.toLowerCase()) ? `the gateway itself sets the header "${name}"` : null;
});

/** Headers that a workflow may set on a client's request. */
export const requestHeaderValues = headersWith((name) => {
  if (!isHeaderName(name)) return `"${name}" is not a valid header name`;
  const lower = name.toLowerCase();
  if (FRAMING.has(lower) || lower === "host") {
    return `the gateway itself sets the header "${name}"`;
  }
  return isCredentialHeader(lower)
    ? `"${name}" carries a credential; a workflow may not set it`
    : null;
});
