import { type Filters, SPANS } from "./filters.ts";

interface Props {
  readonly filters: Filters;
  readonly set: (some: Partial<Filters>) => void;
}

const WORDS: Readonly<Record<string, string>> = {
  "15m": "Last 15 minutes",
  "1h": "Last hour",
  "24h": "Last 24 hours",
  "7d": "Last 7 days",
};

/** When the runs began: within the last hours, or from one time to another. */
export function TimeFilter({ filters, set }: Props) {
  const { last, since, until } = filters;
  const own = since !== "" || until !== "";
  const choose = (value: string) =>
    value === "own"
      ? set({ last: "", since: new Date(Date.now() - 86_400_000).toISOString() })
      : set({ last: value, since: "", until: "" });
  return (
    <>
      <label>
        <span>Began</span>
        <select
          value={own ? "own" : last}
          onChange={({ currentTarget }) => choose(currentTarget.value)}
        >
          <option value="">Any time</option>
          {Object.keys(SPANS).map((span) => (
            <option key={span} value={span}>
              {WORDS[span]}
            </option>
          ))}
          <option value="own">From … to …</option>
        </select>
      </label>
      {own && <Moment label="From" iso={since} set={(iso) => set({ since: iso })} />}
      {own && <Moment label="To" iso={until} set={(iso) => set({ until: iso })} />}
    </>
  );
}

interface MomentProps {
  readonly label: string;
  readonly iso: string;
  readonly set: (iso: string) => void;
}

/** A time in the reader's zone, kept as UTC. */
function Moment({ label, iso, set }: MomentProps) {
  const changed = (value: string) => set(value === "" ? "" : new Date(value).toISOString());
  return (
    <label>
      <span>{label}</span>
      <input
        type="datetime-local"
        value={local(iso)}
        onChange={({ currentTarget }) => changed(currentTarget.value)}
      />
    </label>
  );
}

/** `2026-11-03T13:03:12.345Z` → `2026-11-03T14:03`, as the field takes it. */
function local(iso: string): string {
  const at = new Date(iso);
  if (Number.isNaN(at.getTime())) return "";
  return new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}
