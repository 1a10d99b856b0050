// @ts-check
import { write } from "./statement.js";

/** @import { Saying } from "../said.ts" */

/** @type {ReturnType<typeof write<{}>>} */
const forget = write("delete from instances");
/** @type {ReturnType<typeof write<{ now: string }>>} */
const forgetGone = write("delete from instances where lease_until <= @now");
/** @type {ReturnType<typeof write<{ id: string, until: string }>>} */
const renew = write(
  `insert into instances (id, lease_until) values (@id, @until)
   on conflict (id) do update set lease_until = excluded.lease_until`,
);
/** @type {ReturnType<typeof write<{ id: string }>>} */
const touch = write("update instances set lease_until = lease_until where id = @id");

/**
 * The condition that an instance has no lease at `@now`: what it had begun is others' then.
 * @param {string} column that names the instance; null: one of a version without leases
 */
export const isGone = (column) =>
  `not exists (select 1 from instances where instances.id = ${column} and instances.lease_until > @now)`;

/**
 * Processes that use the store, each with a lease.
 * @param {string} id of this one
 */
export function instanceTable(id) {
  return {
    /**
     * @param {string} until
     * @returns {Saying<number>}
     */
    renew: (until) => renew({ id, until }),
    /** Writes, and changes nothing. */
    touch: () => touch({ id }),
    /** No other process can have the store, so none that is in the table lives. */
    forgetAll: () => forget({}),
    /** @param {string} now */
    forgetGone: (now) => forgetGone({ now }),
  };
}

/** @typedef {ReturnType<typeof instanceTable>} InstanceTable */
