import { Command } from "commander";
import { list } from "./list.ts";
import { operate } from "./operate.ts";
import { replay } from "./replay.ts";
import { show } from "./show.ts";
import { tail } from "./tail.ts";

/** `sidehook runs`: what happened, and what is to happen with it. Without a further word it lists runs. */
export const runs = new Command("runs").description(
  "list runs, show one, and put right what went wrong",
);
runs.addCommand(list, { isDefault: true });
for (const command of [show, replay, ...operate, tail]) runs.addCommand(command);
