import type { Action, RequestLine } from "./action.ts";
import type { GatewayError } from "./errors.ts";

/** What the front door makes of a request after one look. */
export type Verdict =
  /** Outside the prefix, or no action of a collection that needs a look: the rest of the site. */
  | { readonly way: "web" }
  /** An API request that concerns nobody: streamed, under the upstream's own request line. */
  | {
      readonly way: "pass";
      readonly line: RequestLine;
      /** At a guarded collection: method-override headers must go. */
      readonly withoutOverride: boolean;
    }
  /** Concerned. */
  | {
      readonly way: "hooks";
      readonly action: Action;
      /** The line to forward it under; null for `trigger`, which is never forwarded. */
      readonly line: RequestLine | null;
    }
  | { readonly way: "refuse"; readonly error: GatewayError };
