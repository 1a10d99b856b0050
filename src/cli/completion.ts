import { Argument, Command } from "commander";
import { bashScript } from "./completion/bash.ts";
import { fishScript } from "./completion/fish.ts";
import { placesOf } from "./completion/places.ts";
import { zshScript } from "./completion/zsh.ts";

const scripts = { bash: bashScript, zsh: zshScript, fish: fishScript };

/** `sidehook completion bash`: a script that completes the commands and their options, made from their own table. */
export const completion = new Command("completion")
  .description("print a script that completes sidehook's commands in a shell")
  .addArgument(new Argument("<shell>").choices(Object.keys(scripts)))
  .action((shell: keyof typeof scripts, _options, command: Command) => {
    const { parent } = command;
    if (parent !== null) process.stdout.write(scripts[shell](parent.name(), placesOf(parent)));
  });
