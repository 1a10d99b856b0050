import { Option } from "commander";

/** `--config`, which every command takes. */
export const configOption = new Option("-c, --config <file>", "the configuration").default(
  "gateway.yaml",
);
