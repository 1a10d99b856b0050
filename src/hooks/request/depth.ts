import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import { GatewayError } from "../../model/errors.ts";

/** The header that requests caused by a workflow carry. */
export const DEPTH_HEADER = "workflow-depth";

/** Signs and reads how many workflows stand above a request, so that a loop of them ends. */
export interface Depth {
  /** `2` → `"2;<signature>"`, the value of `Workflow-Depth`. */
  sign(depth: number): string;
  /**
   * The depth that a request came with; 0 without the header, or with one that this gateway did not sign.
   * @throws {GatewayError} DEPTH_EXCEEDED over the limit
   */
  read(header: string | undefined): number;
}

/** Makes a key for signatures of depths. */
export const depthKey = (): Buffer => randomBytes(32);

/**
 * Makes a `Depth` whose signatures hold as long as its key. See docs/configuration.md, "Limits".
 * @param limit how many workflows may stand above a request
 */
export function depthOf(limit: number, key: Buffer = depthKey()): Depth {
  const signature = (depth: string) => createHmac("sha256", key).update(depth).digest("hex");
  const signedDepth = (value: string): number => {
    const [depth = "", given = ""] = value.trim().split(";", 2);
    if (!/^\d{1,6}$/.test(depth)) return 0;
    const expected = Buffer.from(signature(depth));
    const actual = Buffer.from(given);
    if (expected.length !== actual.length || !timingSafeEqual(expected, actual)) return 0;
    return Number(depth);
  };
  // No request gets deeper than one over the limit, so all that is ever signed is known now.
  const signed = Array.from(
    { length: limit + 2 },
    (_, depth) => `${depth};${signature(String(depth))}`,
  );
  return {
    sign: (depth) => signed[depth] ?? `${depth};${signature(String(depth))}`,
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
