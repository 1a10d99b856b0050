import type { Action, RequestLine } from "./action.ts";
import type { BodyRule } from "./body.ts";
import type { GatewayError } from "./errors.ts";
import type { TranslatedLine } from "./upstream-api.ts";

/** The decision of the front door about a request, after one look. */
export type Verdict =
  /** Outside the prefix: the rest of the site. */
  | { readonly way: "web" }
  /** An API request that concerns no workflow: streamed, under the upstream's own request line. */
  | {
      readonly way: "pass";
      readonly line: RequestLine;
      /** At a guarded collection: method-override headers must go. */
      readonly withoutOverride: boolean;
    }
  /**
   * No workflow runs, but the body must be looked at: several keys go into it, or it might ask a guarded collection for
   * another method by `_method`.
   */
  | {
      readonly way: "rewrite";
      readonly line: TranslatedLine;
      readonly keys: readonly string[];
      readonly rule: BodyRule;
    }
  /** Concerned. */
  | {
      readonly way: "hooks";
      readonly action: Action;
      /** The line to forward it under; null for `trigger`, which is never forwarded. */
      readonly line: TranslatedLine | null;
    }
  | { readonly way: "refuse"; readonly error: GatewayError };
