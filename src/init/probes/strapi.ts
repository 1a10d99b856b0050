import { isJsonObject } from "../../model/json.ts";
import type { Probe } from "../probe.ts";

/**
 * Strapi has a health check that answers 204, and errors of a form of its own. It tells its content types only to its users.
 * @see https://docs.strapi.io/cms/api/rest
 */
export const strapi: Probe = async (url, ask) => {
  const [health, missing] = await Promise.all([ask("/_health"), ask("/api/sidehook-asks")]);
  const answer = missing?.json;
  if (health?.status !== 204 || !isJsonObject(answer) || answer["data"] !== null) return null;
  const error = answer["error"];
  if (!isJsonObject(error) || error["status"] !== missing?.status || !("name" in error))
    return null;
  return {
    name: "Strapi",
    api: "strapi",
    url,
    prefix: null,
    collections: [],
    because: "it answers /_health, and errors as Strapi does",
    identity:
      '{ introspect: { path: "/api/users/me?populate=role", user: "", currentRole: /role/name } }',
  };
};
