import { type Look, frontDoor } from "./front/front-door.ts";
import type { Config } from "./model/config.ts";
import { primaryKeys } from "./model/primary-key.ts";
import { upstreamAddress } from "./model/upstream-address.ts";
import { queryKeys } from "./proxy/apis/query-keys.ts";
import { translator } from "./proxy/apis/translate.ts";

/** The front door's look under a configuration: as the gateway serves by it, and as `sidehook explain` tells it. */
export function lookOf(config: Config): Look {
  const { url, api: facts, caseSensitive } = config.upstream;
  const primaryKeyOf = primaryKeys(config.collections, facts.primaryKey);
  return frontDoor({
    ...config,
    ...facts,
    base: upstreamAddress(url).base || "/",
    caseSensitive,
    leaveUnknown: facts.unknownWorkflows === "leave",
    translate: translator(facts, primaryKeyOf),
    keysIn: queryKeys(facts, primaryKeyOf),
  });
}
