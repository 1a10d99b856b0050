import { type IAsyncProperty, type IProperty, assert } from "fast-check";

/** The seed of every property in this process. `SEED=… npm test` repeats a run. */
const seed = Number(process.env["SEED"] ?? Math.floor(Math.random() * 2 ** 31));

/** How many seconds each property is tried, in place of its number of runs. `npm run test:endurance` sets it. */
const seconds = Number(process.env["PROPERTY_SECONDS"] ?? 0);

/**
 * A test that a property holds for everything that fast-check makes up. The seed is in its title, so that
 * `npx mocha --grep "[(]seed"` runs all of them.
 * @param runs how many examples are tried in `npm test`
 */
export function itHolds<Given>(
  title: string,
  property: IProperty<Given> | IAsyncProperty<Given>,
  { runs = 1_000 }: { readonly runs?: number } = {},
): void {
  it(`${title} (seed ${seed})`, async function () {
    this.timeout((seconds + 120) * 1_000);
    if (seconds === 0) return assert(property as IAsyncProperty<Given>, { seed, numRuns: runs });
    const long = { numRuns: Number.MAX_SAFE_INTEGER, interruptAfterTimeLimit: seconds * 1_000 };
    await assert(property as IAsyncProperty<Given>, {
      seed,
      ...long,
      markInterruptAsFailure: false,
    });
  });
}
