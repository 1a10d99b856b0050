/**
 * A text as both databases can hold it. Postgres has no NUL: it becomes U+FFFD, as halves of a character do that stand alone.
 *
 *     "a\0b" → "a\uFFFDb"
 */
export const storable = (text: string): string => text.replaceAll("\0", "\uFFFD");
