import { isJsonObject } from "../../model/json.ts";
import { collectionsOf } from "../found.ts";
import type { Probe } from "../probe.ts";

/**
 * Directus tells everyone the name of its project, and which collections its public role may read.
 * @see https://directus.io/docs/api/server
 */
export const directus: Probe = async (url, ask) => {
  const [info, specification] = await Promise.all([ask("/server/info"), ask("/server/specs/oas")]);
  const data = info?.status === 200 && isJsonObject(info.json) ? info.json["data"] : null;
  if (!isJsonObject(data) || !isJsonObject(data["project"])) return null;
  const api = specification?.status === 200 ? specification.json : null;
  const paths = isJsonObject(api) && isJsonObject(api["paths"]) ? Object.keys(api["paths"]) : [];
  return {
    name: "Directus",
    api: "directus",
    url,
    prefix: null,
    collections: collectionsOf(paths.flatMap((path) => /^\/items\/([^/]+)$/.exec(path)?.[1] ?? [])),
    because: "it answers /server/info",
    identity:
      '{ introspect: { path: "/users/me?fields=*,role.name", user: /data, currentRole: /data/role/name } }',
  };
};
