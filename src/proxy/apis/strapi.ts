import type { ApiFacts } from "../../model/upstream-api.ts";

/** Strapi 5: REST below /api, records in a `data` envelope both ways, lists in pages. */
export const strapi: ApiFacts = {
  prefix: "/api",
  list: "GET /{collection}",
  get: "GET /{collection}/{key}",
  create: "POST /{collection}",
  update: "PUT /{collection}/{key}",
  destroy: "DELETE /{collection}/{key}",
  updateOrCreate: null,
  severalKeys: "none",
  record: "/data",
  values: "/data",
  bulk: null,
  shapes: ["fields", "populate"],
  fields: null,
  // Those of koa-body.
  jsonTypes: ["application/csp-report"],
  messages: "header",
  doors: { paths: ["/graphql", "/upload", "/api/upload"], actions: [] },
  elsewhere: null,
  applications: null,
  unknownWorkflows: "take",
  filter: "brackets",
  operators: "$",
  sort: null,
  limit: "pagination[pageSize]",
  page: "pagination[page]",
  offset: null,
  total: ["/meta/pagination/total"],
  askTotal: null,
  appends: "populate",
};
