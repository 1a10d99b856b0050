import { randomFillSync } from "node:crypto";

/** Random bytes in stock, since a request needs few at a time and each call to the generator costs. */
const stock = Buffer.alloc(4_096);
let used = stock.length;

/** So many random bytes, 4,096 at most. They are a view of the stock: read them before the next are asked for. */
export function someRandomBytes(count: number): Buffer {
  if (used + count > stock.length) {
    randomFillSync(stock);
    used = 0;
  }
  used += count;
  return stock.subarray(used - count, used);
}
