/** Requests under way at a time for one client's request. */
const AT_ONCE = 8;

/** What a function gives for each item, in their order; a few are under way at a time. */
export async function fewAtOnce<T, R>(
  items: readonly T[],
  give: (item: T) => Promise<R>,
): Promise<R[]> {
  const given: R[] = [];
  for (let at = 0; at < items.length; at += AT_ONCE) {
    given.push(...(await Promise.all(items.slice(at, at + AT_ONCE).map(give))));
  }
  return given;
}
