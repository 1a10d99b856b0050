import type { ApiFacts } from "../../model/upstream-api.ts";

/** Directus: REST below /items, several keys in the body. */
export const directus: ApiFacts = {
  prefix: "/items",
  list: "GET /{collection}",
  get: "GET /{collection}/{key}",
  create: "POST /{collection}",
  update: "PATCH /{collection}/{key}",
  destroy: "DELETE /{collection}/{key}",
  updateOrCreate: null,
  severalKeys: "body",
  record: "/data",
  values: "",
  bulk: { keys: "keys", query: "query", data: "data" },
  messages: "header",
  unknownWorkflows: "take",
  filter: "json",
  operators: "_",
  sort: "sort",
  limit: "limit",
  appends: "fields",
};
