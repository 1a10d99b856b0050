import type { gateways } from "./gateways.ts";
import { token } from "./gateways.ts";
import type { LoadRequest } from "./load.ts";

/** What is measured: a request, and the gateway that gets it. The table of the bench has a part for each. */
export interface Row {
  readonly name: string;
  readonly request: LoadRequest;
  readonly gateway: keyof typeof gateways;
  /** The workflow that must have run, by the header `Workflow-Runs`; null: none. */
  readonly runs: string | null;
  /** Whether the other proxies are measured too: where the request only passes through. */
  readonly peers?: boolean;
  /** Whether Sidehook keeps no history of what the client waits for. */
  readonly forgets?: boolean;
  /** Whether runs go on after the answer: then what they cost, and when they are done, counts too. */
  readonly queued?: boolean;
}

const order = {
  title: "Order 4711",
  amount: 129.5,
  status: "draft",
  customerId: 12,
  lines: [
    { sku: "A-100", qty: 2, price: 19.75 },
    { sku: "B-200", qty: 1, price: 90 },
  ],
  note: "",
};
const body = JSON.stringify({ ...order, note: "n".repeat(300 - JSON.stringify(order).length) });

const get = (path: string): LoadRequest => ({ method: "GET", path });
const post = (path: string): LoadRequest => ({ method: "POST", path, body });
const withToken = (request: LoadRequest): LoadRequest => ({
  ...request,
  headers: { Authorization: `Bearer ${token}` },
});

const passed = { gateway: "plain", runs: null, peers: true } as const;
const guarded = { gateway: "plain", runs: "guard" } as const;
const queued = { gateway: "plain", queued: true } as const;

/** In the order in which they are measured and printed. Bodies that are sent have 300 bytes. */
export const rows: readonly Row[] = [
  { name: "pass-through GET 200 B", request: get("/orders/1"), ...passed },
  { name: "pass-through POST 300 B", request: post("/orders"), ...passed },
  { name: "pass-through GET 10 kB", request: get("/large/1"), ...passed },
  { name: "pre-action", request: post("/guarded"), ...guarded },
  { name: "pre-action without history", request: post("/guarded"), ...guarded, forgets: true },
  { name: "set-request", request: post("/completed"), gateway: "plain", runs: "complete" },
  { name: "jwt", request: withToken(post("/guarded")), gateway: "jwt", runs: "guard" },
  {
    name: "introspection in cache",
    request: withToken(post("/guarded")),
    gateway: "introspect",
    runs: "guard",
  },
  { name: "async post-action", request: post("/watched"), runs: "react", ...queued },
  {
    name: "custom action queued",
    request: post("/workflows:trigger?triggerWorkflows=note"),
    runs: "note",
    ...queued,
  },
  { name: "webhook queued", request: post("/webhook:trigger/hooked"), runs: "hooked", ...queued },
  {
    name: "1,000 workflows, pass-through",
    request: get("/orders/1"),
    gateway: "crowded",
    runs: null,
  },
  {
    name: "1,000 workflows, pre-action",
    request: post("/guarded"),
    gateway: "crowded",
    runs: "guard",
  },
];
