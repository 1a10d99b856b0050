import { Option } from "commander";

/** `--json`, which every command takes that tells something. */
export const jsonOption = new Option("--json", "for programs, as the admin port tells it");
