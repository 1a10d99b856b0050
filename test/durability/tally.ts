/** Counts something that happens. */
export interface Tally {
  add(): void;
  count(): number;
  /** Resolves as it happens for the n-th time; at once if it has. Rejects when it does not happen for two minutes. */
  reached(n: number): Promise<void>;
}

/** Only a bound for what never comes, in milliseconds. */
const LONGEST = 120_000;

/** Begins to count. @param what for the error */
export function tally(what: string): Tally {
  let count = 0;
  let waiting: { readonly n: number; done(error?: Error): void }[] = [];
  const tellFrom = (error?: Error) => {
    const isDue = ({ n }: { n: number }) => error !== undefined || n <= count;
    const due = waiting.filter(isDue);
    waiting = waiting.filter((one) => !isDue(one));
    for (const { done } of due) done(error);
  };
  let bound: NodeJS.Timeout | null = null;
  const late = () => tellFrom(new Error(`${what}: no more than ${count}`));
  const setBound = () => {
    if (bound !== null) clearTimeout(bound);
    bound = waiting.length > 0 ? setTimeout(late, LONGEST) : null;
  };
  return {
    add() {
      count++;
      if (waiting.length === 0) return;
      tellFrom();
      setBound();
    },
    count: () => count,
    reached: (n) =>
      new Promise((resolve, reject) => {
        if (n <= count) return resolve();
        waiting.push({ n, done: (error) => (error ? reject(error) : resolve()) });
        setBound();
      }),
  };
}
