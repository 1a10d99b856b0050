import { gatewayWords } from "./gateway.ts";
import { upstreamWords } from "./upstream.ts";
import { workflowWords } from "./workflow.ts";

/**
 * What the keys of the configuration mean, by path: `listen.host`, `routes[].method`, `workflows.<name>.steps[].id`. A test holds
 * docs/configuration.md to them.
 */
export const keyWords: ReadonlyMap<string, string> = new Map(
  Object.entries({ ...gatewayWords, ...upstreamWords, ...workflowWords }),
);
