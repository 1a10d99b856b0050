import type { ApiFacts } from "../../model/upstream-api.ts";

/** Plain REST, as json-server and most backends speak it. */
export const rest: ApiFacts = {
  prefix: "/",
  list: "GET /{collection}",
  get: "GET /{collection}/{key}",
  create: "POST /{collection}",
  update: "PATCH /{collection}/{key}",
  destroy: "DELETE /{collection}/{key}",
  updateOrCreate: null,
  severalKeys: "none",
  record: "",
  values: "",
  bulk: null,
  messages: "header",
  unknownWorkflows: "take",
  filter: "fields",
  operators: "$",
  sort: null,
  limit: null,
  appends: "foreign-key",
};
