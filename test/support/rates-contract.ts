import { expect } from "chai";
import type { Rates } from "../../src/model/traffic.ts";

/** The contract of whatever counts rates. */
export function ratesContract(open: (now: () => Date) => Promise<Rates> | Rates): void {
  const TWO_A_MINUTE = { limit: 2, per: 60_000 };
  let time = Date.UTC(2026, 0, 1);
  let rates: Rates;
  beforeEach(async () => {
    time = Date.UTC(2026, 0, 1);
    rates = await open(() => new Date(time));
  });
  const take = (key: string, runs = 1) => rates.take(key, runs, TWO_A_MINUTE);

  it("give as many at once as the limit, and tell how long the next has to wait", async () => {
    expect([await take("a"), await take("a"), await take("a")]).to.deep.equal([null, null, 30_000]);
    time += 10_000;
    expect(await take("a")).to.equal(20_000);
    time += 20_000;
    expect([await take("a"), await take("a")]).to.deep.equal([null, 30_000]);
  });

  it("are whole again when their time is over", async () => {
    await take("a", 2);
    time += 60_000;
    expect([await take("a", 2), await take("a")]).to.deep.equal([null, 30_000]);
  });

  it("count each key alone", async () => {
    await take("a", 2);
    expect([await take("b", 2), await take("a")]).to.deep.equal([null, 30_000]);
  });

  it("give several or none", async () => {
    await take("a");
    expect([await take("a", 2), await take("a")]).to.deep.equal([30_000, null]);
  });

  it("never give more at once than the limit", async () => {
    expect([await take("a", 3), await take("a", 2)]).to.deep.equal([60_000, null]);
  });

  it("give no more than the limit to those who ask at the same time", async () => {
    const all = await Promise.all(Array.from({ length: 20 }, () => take("a")));
    expect(all.filter((wait) => wait === null)).to.have.length(2);
  });

  it("of a clock that is set back make nobody wait longer than the time of the rate", async () => {
    time += 3_600_000;
    await take("a", 2);
    time -= 3_600_000;
    expect(await take("a")).to.equal(60_000);
  });
}
