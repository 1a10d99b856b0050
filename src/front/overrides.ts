import { unescape } from "node:querystring";

/** `_method`, as PHP and qs take it in other spellings too: `.method`, `[_method]`, `_method[]`. */
const OVERRIDE = /^\s*(?:\[?[_.[]method(?:$|[[\]\0])|x-http-method-override$)/i;

/** A query without parameters that ask for another method; the rest stays byte for byte. */
export function withoutOverrides(query: string): string {
  if (!/method|%/i.test(query)) return query;
  return query
    .split("&")
    .filter((part) => !OVERRIDE.test(nameOf(part)))
    .join("&");
}

/** A parameter's whole name, decoded as far as it can be. */
function nameOf(part: string): string {
  const [name = ""] = part.split("=", 1);
  return unescape(name.replaceAll("+", " "));
}
