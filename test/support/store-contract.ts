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
import { waitsContract } from "./waits-contract.ts";

/** A place where a store is kept: a file, a database. */
export interface StorePlace {
  /** As `store.url` has it. */
  readonly url: string;
  /** As `store.key` has them. */
  readonly keys: readonly string[];
  open(own?: Partial<StoreOptions>): Promise<Store>;
  /** Does one statement of SQL beside the store, which may be open. Gives the rows that it reads. */
  ask<Row extends object>(sql: string): Promise<readonly Row[]>;
  /** All that is kept there, as it could be read by somebody who has the disk. */
  contents(): Promise<string>;
  remove(): Promise<void>;
}

const SEALED = "select run, part from sealed order by run, part";

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
  /** All that is kept in it. */
  contents(): Promise<string>;
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
      contents: () => place.contents(),
      async sealed(sql) {
        if (sql !== undefined) await place.ask(sql);
        return place.ask<SealedPart>(SEALED);
      },
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
    describe("a run that waits for an answer", () => waitsContract(store));
  });
}
