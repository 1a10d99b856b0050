/** What an error of JSONata says of its place: `position` is behind the token, in most cases. */
export interface JsonataPlace {
  readonly position?: unknown;
  readonly token?: unknown;
}

/** How many characters from 0 the place of an error stands in its expression; null where the error has none. */
export function offsetIn(source: string, { position, token }: JsonataPlace): number | null {
  if (typeof position !== "number") return null;
  if (typeof token !== "string") return Math.min(position, source.length);
  const from = source.lastIndexOf(token, position);
  // A variable's token is without its $, and an open bracket may be read already.
  return from >= 0 && position - from <= token.length + 1
    ? from
    : Math.min(position, source.length);
}
