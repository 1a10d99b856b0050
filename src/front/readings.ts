/** A path, segment by segment. */
export type Path = readonly string[];

/** Something that some server does to a path. It leaves what it does not know of as it is. */
export type Habit = (path: Path) => Path;

/**
 * Every way in which a server may read a path: each habit done or not done, in the order of the list. The path itself comes
 * first; none comes twice.
 *
 *     ["x", "..", "posts;v=1"] → that, ["x", "..", "posts"], ["posts;v=1"], ["posts"]
 */
export function readings(path: Path, habits: readonly Habit[]): Path[] {
  const known = new Map([[JSON.stringify(path), path]]);
  for (const habit of habits) {
    for (const reading of Array.from(known.values())) {
      const other = habit(reading);
      known.set(JSON.stringify(other), other);
    }
  }
  return [...known.values()];
}

/**
 * The habits of servers, as far as they are known.
 * @param base the path of `upstream.url`: a client's `..` may climb out of it, and come back
 * @param caseSensitive whether the upstream tells `i` from `İ`
 */
export const habits = (base: Path, caseSensitive: boolean): Habit[] => [
  each(decodedAgain),
  each(decodedAgain),
  ...(caseSensitive ? [] : [each(withoutMarks)]),
  cutAt(/\0/),
  cutAt(/[?#]/),
  splitBehindParent,
  splitAtSlashes,
  withoutAuthority,
  each(withoutParameters),
  each(tidied),
  withoutEmpty,
  dotsResolved(base),
  withoutEmpty,
  withoutLastSuffix,
  withoutSuffixes,
  withoutEmpty,
];

/**
 * NocoBase reads `/users.posts:create?associatedIndex=1` as `/users/1/posts:create`, and a POST to `/users/1/posts/2` as one to
 * `/users/1/posts`.
 * @param at where the path below the prefix begins
 */
export const actionHabits = (at: number): Habit[] => [
  (path) => {
    const [parent = "", ...words] = (path[at] ?? "").split(".");
    if (words.length === 0) return path;
    return [...path.slice(0, at), parent, "", words.join("."), ...path.slice(at + 1)];
  },
  (path) => (path.length === at + 4 ? path.slice(0, -1) : path),
];

const each =
  (change: (segment: string) => string): Habit =>
  (path) =>
    path.map(change);

/** Some decode twice, take overlong UTF-8 and `%u0070`, and drop bytes that are not UTF-8. */
function decodedAgain(segment: string): string {
  if (!segment.includes("%")) return segment;
  try {
    return decodeURIComponent(segment);
  } catch {
    const bytes = bytesOf(segment)
      .replace(/%u([0-9a-f]{4})/gi, (_all, code: string) => bytesOf(characterOf(code)))
      .replace(/%([0-9a-f]{2})/gi, (_all, code: string) => characterOf(code))
      .replace(/[\xc0\xc1][\x80-\xbf]|\xe0[\x80-\x9f][\x80-\xbf]/g, shortest);
    return Buffer.from(bytes, "latin1").toString().replaceAll("\ufffd", "");
  }
}

const characterOf = (code: string) => String.fromCharCode(Number.parseInt(code, 16));

/** UTF-8, each byte as a character. */
const bytesOf = (text: string) => Buffer.from(text).toString("latin1");

/** The character that overlong UTF-8 stands for, as far as that is ASCII or Latin. Its last two bytes say it. */
const shortest = (bytes: string) =>
  bytesOf(
    String.fromCharCode(
      ((bytes.charCodeAt(bytes.length - 2) & (bytes.length === 2 ? 1 : 0x1f)) << 6) |
        (bytes.charCodeAt(bytes.length - 1) & 0x3f),
    ),
  );

/** Some end a path at NUL; some put a decoded path into a URL once more (json-server, below a parent). */
const cutAt =
  (mark: RegExp): Habit =>
  (path) => {
    const at = path.findIndex((segment) => mark.test(segment));
    if (at < 0) return path;
    return [
      ...path.slice(0, at),
      ...path.slice(at, at + 1).map((last) => last.split(mark, 1)[0] ?? ""),
    ];
  };

/** Some decode before they split, and Windows and the URL standard take a backslash for a slash. */
const splitAtSlashes: Habit = (path) => path.flatMap((segment) => segment.split(/[/\\]/));

/** Some read the part below a parent as a path of its own, once they have taken the parent's key as it is (json-server). */
const splitBehindParent: Habit = (path) => [
  ...path.slice(0, -1),
  ...splitAtSlashes(path.slice(-1)),
];

/** `//host/posts` is `/posts` to whoever reads it as a URL's reference. */
const withoutAuthority: Habit = (path) =>
  path[0] === "" && path.length > 1 ? path.slice(2) : path;

/** `posts;v=1` is `posts` to Java's servers. */
const withoutParameters = (segment: string) => segment.replace(/;.*$/s, "");

/** Databases that do not tell cases apart may not tell `İ` and `i` apart either, nor `é` and `e`. */
function withoutMarks(segment: string): string {
  if (/^[\x20-\x7e]*$/.test(segment)) return segment;
  const bare = segment.normalize("NFKD").replace(/\p{M}/gu, "");
  return bare.toUpperCase().toLowerCase();
}

/** Some trim, some drop what can't be seen, some take look-alikes for the same; `posts:create:x` is `posts:create` to NocoBase. */
function tidied(segment: string): string {
  const visible = segment.normalize("NFKC").replace(/[\p{Cc}\p{Cf}]/gu, "");
  const once = visible.replace(/^([^:]+:[^:]+):.*$/s, "$1").trim();
  if (once === "." || once === "..") return once;
  let end = once.length;
  while (end > 0 && " .:".includes(once.charAt(end - 1))) end--;
  return once.slice(0, end);
}

const lastCut =
  (suffix: RegExp): Habit =>
  (path) => [...path.slice(0, -1), ...path.slice(-1).map((last) => last.replace(suffix, ""))];

/** `/posts.json` is `/posts` to Rails and Spring. */
const withoutLastSuffix = lastCut(/\.[^.]*$/);

/** `/posts.tar.gz` is `/posts` to servers that cut at the first dot. */
const withoutSuffixes = lastCut(/(?<=[^.])\..*$/s);

const withoutEmpty: Habit = (path) => path.filter((segment) => segment !== "");

const dotsResolved =
  (base: Path): Habit =>
  (path) => {
    if (!path.includes(".") && !path.includes("..")) return path;
    const out = [...base];
    for (const segment of path) {
      if (segment === "..") out.pop();
      else if (segment !== ".") out.push(segment);
    }
    const inside = base.every((name, index) => out[index]?.toLowerCase() === name.toLowerCase());
    return inside ? out.slice(base.length) : [];
  };
