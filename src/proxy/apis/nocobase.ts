import type { ApiFacts } from "../../model/upstream-api.ts";

/** NocoBase: actions in the path, keys in the query. */
export const nocobase: ApiFacts = {
  prefix: "/api",
  list: "GET /{collection}:list",
  get: "GET /{collection}:get?filterByTk={key}",
  create: "POST /{collection}:create",
  update: "POST /{collection}:update?filterByTk={key}",
  destroy: "POST /{collection}:destroy?filterByTk={key}",
  updateOrCreate: "POST /{collection}:updateOrCreate",
  severalKeys: "query",
  record: "/data",
  values: "",
  bulk: null,
  shapes: ["fields", "appends", "except"],
  fields: null,
  // Those of koa-bodyparser.
  jsonTypes: ["application/csp-report"],
  messages: "body",
  applications: "__app",
  unknownWorkflows: "leave",
  filter: "json",
  operators: "$",
  sort: "sort",
  limit: "pageSize",
  page: "page",
  offset: null,
  total: ["/meta/count", "/meta/hasNext"],
  askTotal: null,
  appends: "appends",
};
