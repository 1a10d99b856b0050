import { createHmac, timingSafeEqual } from "node:crypto";
import { GatewayError } from "../../model/errors.ts";

/** The header that requests caused by a workflow carry. */
export const DEPTH_HEADER = "workflow-depth";

/** Signs and reads how many workflows stand above a request, so that a loop of them ends. */
export interface Depth {
  /** `2` → `"2;<signature>"`, the value of `Workflow-Depth`. */
  sign(depth: number): string;
  /**
   * The depth that a request came with; 0 without the header, or with one that no gateway of this store signed.
   * @throws {GatewayError} DEPTH_EXCEEDED over the limit
   */
  read(header: string | undefined): number;
}

/**
 * Makes a `Depth` whose signatures hold as long as its keys. See docs/configuration.md, "Limits".
 * @param limit how many workflows may stand above a request
 * @param keys the first signs; what any of them has signed counts
 */
export function depthOf(limit: number, keys: readonly Buffer[]): Depth {
  const [first, ...older] = keys.map(
    (key) => (depth: string) => createHmac("sha256", key).update(depth).digest("hex"),
  );
  if (first === undefined) throw new Error("Depths can't be signed without a key");
  const signatures = [first, ...older];
  const signedDepth = (value: string): number => {
    const [depth = "", given = ""] = value.trim().split(";", 2);
    if (!/^\d{1,6}$/.test(depth)) return 0;
    const actual = Buffer.from(given);
    const isOurs = signatures.some((signature) => {
      const expected = Buffer.from(signature(depth));
      return expected.length === actual.length && timingSafeEqual(expected, actual);
    });
    return isOurs ? Number(depth) : 0;
  };
  // No request gets deeper than one over the limit, so all that is ever signed is known now.
  const signed = Array.from(
    { length: limit + 2 },
    (_, depth) => `${depth};${first(String(depth))}`,
  );
  return {
    sign: (depth) => signed[depth] ?? `${depth};${first(String(depth))}`,
    read(header) {
      // A caller that passes the header on may send it twice: the largest depth counts.
      const depth = Math.max(0, ...(header ?? "").split(",").map(signedDepth));
      if (depth <= limit) return depth;
      throw new GatewayError(
        "DEPTH_EXCEEDED",
        `Workflows nest deeper than limits.depth (${limit})`,
      );
    },
  };
}
