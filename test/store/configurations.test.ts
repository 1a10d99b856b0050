import { expect } from "chai";
import type { Log } from "../../src/model/log.ts";
import type { Store } from "../../src/store/store.ts";
import { eventually } from "../support/eventually.ts";
import { onPostgres } from "../support/on-postgres.ts";
import { postgresPlace } from "../support/postgres-place.ts";
import type { StorePlace } from "../support/store-contract.ts";

/** An instance whose configuration a test changes. */
interface Instance {
  serves: string;
  readonly store: Store;
  /** What it told of others, without what is the same in each: `["warn: a, other b"]`. */
  readonly told: string[];
  /** Waits until it has compared once more. */
  compared(): Promise<void>;
}

onPostgres("configurations of instances that share a database", (server) => {
  let place: StorePlace;
  const opened: Instance[] = [];
  beforeEach(async () => (place = await postgresPlace(server)));
  afterEach(async () => {
    await Promise.all(opened.splice(0).map(({ store }) => store.close()));
    await place.remove();
  });

  it("that are the same are not told of", async () => {
    const [one, two] = [await instance("a"), await instance("a")];
    await both(one, two);
    expect([one.told, two.told]).to.deep.equal([[], []]);
    expect([one.store.differing(), two.store.differing()]).to.deep.equal([0, 0]);
  });

  it("that differ are told once in the log of each instance, however often leases are renewed", async () => {
    const [one, two] = [await instance("a"), await instance("b")];
    expect(two.told, "the one that starts").to.deep.equal(["warn: b, other a"]);
    for (let renewals = 0; renewals < 3; renewals++) await both(one, two);
    expect(one.told).to.deep.equal(["warn: a, other b"]);
    expect(two.told).to.deep.equal(["warn: b, other a"]);
    expect([one.store.differing(), two.store.differing()]).to.deep.equal([1, 1]);
  });

  it("that a reload changes are told again, and a reload that makes them the same is told, too", async () => {
    const [one, two] = [await instance("a"), await instance("b")];
    await eventually(() => expect(one.told).to.have.length(1));
    two.serves = "c";
    await eventually(() => {
      expect(one.told.slice(1)).to.deep.equal(["warn: a, other c"]);
      expect(two.told.slice(1)).to.deep.equal(["warn: c, other a"]);
    });
    one.serves = "c";
    await eventually(() => {
      expect(one.told.slice(2)).to.deep.equal(["info: c, other c"]);
      expect(two.told.slice(2)).to.deep.equal(["info: c, other c"]);
    });
    expect([one.store.differing(), two.store.differing()]).to.deep.equal([0, 0]);
  });

  it("of an instance that has stopped differ from nothing", async () => {
    const [one, two] = [await instance("a"), await instance("b")];
    await eventually(() => expect(one.store.differing()).to.equal(1));
    await two.store.close();
    await eventually(() => expect(one.store.differing()).to.equal(0));
  });

  async function instance(serves: string): Promise<Instance> {
    const told: string[] = [];
    let comparisons = 0;
    const hear = (level: string) => (fields: object) => {
      const { instance: which, configuration, other } = fields as Record<string, string>;
      if (which === undefined) return;
      expect(which).to.match(new RegExp(`^.+/${process.pid}$`));
      told.push(`${level}: ${configuration}, other ${other}`);
    };
    const log: Log = { debug() {}, info: hear("info"), warn: hear("warn"), error() {} };
    const made = { serves, told } as Instance;
    const store = await place.open({
      lease: { duration: 60_000, renewal: 50 },
      configuration() {
        comparisons++;
        return made.serves;
      },
      log,
    });
    const compared = async () => {
      // The second begins when the first is over.
      const before = comparisons;
      await eventually(() => expect(comparisons).to.be.at.least(before + 2));
    };
    opened.push(Object.assign(made, { store, compared }));
    return made;
  }
});

const both = (one: Instance, two: Instance) => Promise.all([one.compared(), two.compared()]);
