/** A command of the README's tour. */
export interface TourCommand {
  /** The bold words that its paragraph begins with, without the stop: `Refused`. */
  readonly stop: string;
  /** The status that the text above its block says: the first one is that of the first command, and so on. */
  readonly status: number | undefined;
  /** `curl -i http://127.0.0.1:8080/posts/1` */
  readonly command: string;
  /** The body that the `json` block below shows, or undefined. */
  readonly shown: unknown;
}

/** The commands of the section `## Tour`, in the order of the page: those of its `sh` blocks. */
export function tourOf(readme: string): TourCommand[] {
  const [, tour = ""] = /^## Tour\n([^]*?)(?=^## )/m.exec(readme) ?? [];
  let stop = "";
  return [...tour.matchAll(BLOCK)].flatMap(({ 1: above = "", 2: language, 3: block = "" }) => {
    const statuses = [...above.matchAll(/(?<![\d.:])[1-5]\d\d\b(?!\.\d)/g)].map(Number);
    stop = [...above.matchAll(/^\*\*(.+?)\.\*\*/gm)].at(-1)?.[1] ?? stop;
    if (language !== "sh") return [];
    const shown = shownBelow(tour, block);
    const commands = block.replaceAll("\\\n", " ").trim().split("\n");
    return commands.map((command, at) => ({
      stop,
      status: statuses[at],
      command,
      shown: at === commands.length - 1 ? shown : undefined,
    }));
  });
}

/** Text, then a fenced block. */
const BLOCK = /([^]*?)^```(\w*)\n([^]*?)^```\n/gm;

/** The JSON of a block that follows at once. */
function shownBelow(tour: string, block: string): unknown {
  const rest = tour.slice(tour.indexOf(block) + block.length);
  const [, json] = /^```\n\n```json\n([^]*?)^```\n/.exec(rest) ?? [];
  return json === undefined ? undefined : (JSON.parse(json) as unknown);
}
