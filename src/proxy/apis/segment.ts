import { GatewayError } from "../../model/errors.ts";
import { encodeSegment } from "../../model/path-segment.ts";

/**
 * A name or key as one segment of a path. What servers might read as more than one, or as another, is refused: empty,
 * `.`, `..`, a slash, a backslash, NUL, half a surrogate pair.
 * @throws {GatewayError} BAD_PATH
 */
export function asSegment(text: string): string {
  if (text === "" || text === "." || text === ".." || /[/\\\0]|\p{Surrogate}/u.test(text)) {
    const message = "A collection name or key of this request can't be put into a path";
    throw new GatewayError("BAD_PATH", message);
  }
  return encodeSegment(text);
}
