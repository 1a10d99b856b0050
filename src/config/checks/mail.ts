import type { MailConfig } from "../../model/mail.ts";
import type { Problem } from "../../model/position.ts";
import type { CompiledWorkflow } from "../compile/workflow.ts";

/** `mail` steps without a server, or without a sender. */
export function mailProblems(
  { source, written }: CompiledWorkflow,
  mail: MailConfig | null,
): Problem[] {
  return written.flatMap(({ type, raw, path }) => {
    if (type.type !== "mail") return [];
    if (mail === null) {
      const message = "no mail server is configured; name it under mail: { host, from }";
      return [source.problem([...path, "type"], message)];
    }
    if (mail.from !== null || (raw["from"] ?? null) !== null) return [];
    return [source.problem(path, "from is missing, and so is mail.from")];
  });
}
