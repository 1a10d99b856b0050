import { InvalidArgumentError } from "commander";

/** A method as it is typed: `post` → `POST`. */
export function methodOf(word: string): string {
  if (/^[a-z]+$/i.test(word)) return word.toUpperCase();
  throw new InvalidArgumentError("a method is a word: GET, POST");
}

/** The target of a request: `http://localhost:8080/posts?sort=id` → `/posts?sort=id`. */
export function pathOf(url: string): string {
  const path = url.replace(/^https?:\/\/[^/?#]*(?=[/?#]|$)/i, "").replace(/#.*$/s, "");
  if (path.startsWith("/")) return path;
  if (path === "" || path.startsWith("?")) return `/${path}`;
  throw new InvalidArgumentError("it should begin with / or http://");
}
