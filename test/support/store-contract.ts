import type { Store, StoreOptions } from "../../src/store/store.ts";
import { expect } from "chai";
import { debounceContract } from "./debounce-contract.ts";
import { deliveriesContract } from "./deliveries-contract.ts";
import { historyContract } from "./history-contract.ts";
import { intentsContract } from "./intents-contract.ts";
import { operationsContract } from "./operations-contract.ts";
import { lanesContract } from "./lanes-contract.ts";
import { queueContract } from "./queue-contract.ts";
import { ratesContract } from "./rates-contract.ts";
import { schedulesContract } from "./schedules-contract.ts";
import { sealedContract } from "./sealed-contract.ts";

/** A place where a store is kept: a file, a database. */
export interface StorePlace {
  open(own?: Partial<StoreOptions>): Promise<Store>;
  /** What stands in the table `sealed`, changed by SQL where some is given. The store may be open. */
  sealed(sql?: string): Promise<readonly SealedPart[]>;
  remove(): Promise<void>;
}

/** Reads them. */
export const SEALED = "select run, part from sealed order by run, part";

/** Whose secrets a row of `sealed` holds. */
export interface SealedPart {
  readonly run: string;
  readonly part: string;
}

/** The store of one test. */
export interface StoreUnderTest {
  /** As it is open now. */
  readonly now: Store;
  /** What is kept sealed in it: `[{ run: "0192…", part: "trigger" }]`. @param sql is done before */
  sealed(sql?: string): Promise<readonly SealedPart[]>;
  /** Closes it, and opens the same place again. */
  reopen(own?: Partial<StoreOptions>): Promise<void>;
  /** Listens for work. What it gives expects that the queue has told of some so many times since. */
  heard(): (times: number) => void;
}

/**
 * The contract of every store, whatever it writes to.
 * @param sweeps whether the queue may also tell of work where there is none
 */
export function storeContract(
  name: string,
  newPlace: () => Promise<StorePlace>,
  { sweeps = false } = {},
): void {
  describe(`on ${name}`, () => {
    let place: StorePlace;
    let now: Store;
    beforeEach(async () => {
      place = await newPlace();
      now = await place.open();
    });
    afterEach(async () => {
      await now.close();
      await place.remove();
    });
    const store: StoreUnderTest = {
      get now() {
        return now;
      },
      sealed: (sql) => place.sealed(sql),
      async reopen(own) {
        await now.close();
        now = await place.open(own);
      },
      heard() {
        let times = 0;
        now.queue.onWork(() => times++);
        return (expected) => {
          if (sweeps) expect(times).to.be.at.least(expected);
          else expect(times).to.equal(expected);
        };
      },
    };
    describe("a history", () => historyContract(store));
    describe("a queue", () => queueContract(store));
    describe("intents", () => intentsContract(store));
    describe("deliveries", () => deliveriesContract(store));
    describe("schedules", () => schedulesContract(store));
    describe("rates", () =>
      ratesContract(async (clock) => {
        await store.reopen({ now: clock });
        return store.now.rates;
      }));
    describe("lanes", () => lanesContract(store));
    describe("debounced runs", () => debounceContract(store));
    describe("secrets of queued runs", () => sealedContract(store));
    describe("an operator", () => operationsContract(store));
  });
}
