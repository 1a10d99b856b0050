import type { Change } from "./changed-build.ts";

/** A lease of the changed build, in milliseconds: a tenth of the product's. */
export const LEASE = 1_500;

/**
 * A build whose leases are shorter, and its transactions that stand still with them, so that a test need not wait long.
 * Nothing depends on how short they are.
 */
export const shortLease = (lease = LEASE): readonly Change[] => [
  [
    "store/postgres/open.js",
    "lease = { duration: 15_000, renewal: 5_000 }",
    `lease = { duration: ${lease}, renewal: ${Math.floor(lease / 3)} }`,
  ],
  [
    "store/postgres/address.js",
    "idleInTransaction: 5_000",
    `idleInTransaction: ${Math.floor((lease * 2) / 3)}`,
  ],
];
