// The load generator, as a process of its own: told what to do, it does it and tells what it saw.
import { type LoadRequest, load } from "./load.ts";

process.on("message", (order: { url: string; request: LoadRequest; milliseconds: number }) => {
  void load(order.url, order.request, order.milliseconds).then((result) => process.send?.(result));
});
process.on("disconnect", () => process.exit());
