import { unescape } from "node:querystring";

/** `_method`, as PHP and qs take it in other spellings too: `.method`, `[_method]`, `_method[]`. */
const OVERRIDE = /^\s*(?:\[?[_.[]method(?:$|[[\]\0])|x-http-method-override$)/i;

/** Whether a parameter, a field of a form or a member of a body asks a server to take the request for another method. */
export const isMethodOverride = (name: string): boolean => OVERRIDE.test(name);

/** A query without parameters that ask for another method; the rest stays byte for byte. */
export function withoutOverrides(query: string): string {
  if (!/method|%/i.test(query)) return query;
  return query
    .split("&")
    .filter((part) => !isMethodOverride(nameOf(part)))
    .join("&");
}

/** A parameter's whole name, decoded as far as it can be. */
function nameOf(part: string): string {
  const [name = ""] = part.split("=", 1);
  return unescape(name.replaceAll("+", " "));
}
