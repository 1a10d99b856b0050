import { isJsonObject } from "../../model/json.ts";
import type { Probe } from "../probe.ts";

/**
 * NocoBase tells everyone its version and the kind of its database. It tells its collections only to its users.
 * @see https://docs.nocobase.com/api/server/application
 */
export const nocobase: Probe = async (url, ask) => {
  const info = await ask("/api/app:getInfo");
  const data = info?.status === 200 && isJsonObject(info.json) ? info.json["data"] : null;
  if (!isJsonObject(data) || typeof data["version"] !== "string" || !("database" in data)) {
    return null;
  }
  return {
    name: "NocoBase",
    api: "nocobase",
    url,
    prefix: null,
    collections: [],
    because: "it answers /api/app:getInfo",
    identity: "{ introspect: { path: /api/auth:check, user: /data, roles: /data/roles } }",
  };
};
