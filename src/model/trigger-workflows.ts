/** One key that a request names, and the associations behind it. */
export interface Mention {
  readonly key: string;
  /** Association names, outermost first: `["author"]` of `mail!author`. */
  readonly path: readonly string[];
}

/**
 * Reads the query parameter `triggerWorkflows`: `key[!path]`, several joined by commas.
 *
 *     "audit"              → [{ key: "audit", path: [] }]
 *     "audit, mail!author" → [{ key: "audit", path: [] }, { key: "mail", path: ["author"] }]
 *
 * Order is kept; parts are trimmed, empty ones dropped; of a key named twice the first counts.
 * `path` names associations, outermost first; `[]` is the record itself.
 * Never throws: a key that leads nowhere is skipped later, where the reason is known.
 * @param value what qs gives: undefined, a string, or an array when it is repeated
 * @see docs/workflows.md, "Naming workflows"
 */
export function parseTriggerWorkflows(value: unknown): Mention[] {
  if (value === undefined) return [];
  const texts = [value].flat().filter((text) => typeof text === "string");
  const mentions = new Map<string, Mention>();
  for (const part of texts.join(",").split(",")) {
    const [key = "", path = ""] = part.split("!", 2).map((word) => word.trim());
    if (key === "" || mentions.has(key)) continue;
    mentions.set(key, { key, path: path.split(".").filter(Boolean) });
  }
  return [...mentions.values()];
}

/** A mention as a request writes it: `"mail!author.team"`. */
const mentionText = ({ key, path }: Mention): string =>
  path.length === 0 ? key : `${key}!${path.join(".")}`;

/** Puts mentions back into a path, for an upstream that has workflows of its own. */
export function withMentions(path: string, mentions: readonly Mention[]): string {
  const texts = mentions.map(mentionText).map(encodeURIComponent).join(",");
  return `${path}${path.includes("?") ? "&" : "?"}triggerWorkflows=${texts}`;
}
