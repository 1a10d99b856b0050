/**
 * A text as one segment of a path: all but unreserved characters and sub-delimiters encoded (RFC 3986, section 3.3). The
 * semicolon is encoded as well: to Java's servers it ends the segment.
 */
export function encodeSegment(text: string): string {
  return encodeURIComponent(text).replace(
    /%(?:21|24|26|27|28|29|2A|2B|2C|3D|3A|40)/g,
    decodeURIComponent,
  );
}
