import type { Problem } from "../../model/position.ts";
import {
  type CheckProgram,
  type Program,
  type ProgramLanguage,
  isProgram,
} from "../../model/program.ts";
import type { CompiledWorkflow } from "../compile/workflow.ts";

/** Programs that their engine can't read. */
export async function programProblems(
  { source, written }: CompiledWorkflow,
  check: CheckProgram,
): Promise<Problem[]> {
  const problems = written.flatMap(({ type, raw, path }) => {
    const language = type.language(raw);
    if (language === null) return [];
    const programs = Object.entries(raw).filter(([, value]) => isProgram(value));
    return programs.map(async ([key, value]) => {
      const mistake = await check(language, (value as unknown as Program).source);
      if (mistake === null) return [];
      const { offset, message } = mistake;
      const detail = offset === null ? {} : { offset };
      return [
        source.problem([...path, key], `is not valid ${NAMES[language]}: ${message}`, detail),
      ];
    });
  });
  return (await Promise.all(problems)).flat();
}

/** The languages of all programs. */
export const languagesOf = (compiled: readonly CompiledWorkflow[]): ProgramLanguage[] => {
  const written = compiled.flatMap((one) => one.written);
  return [...new Set(written.flatMap(({ type, raw }) => type.language(raw) ?? []))];
};

const NAMES = { jsonata: "JSONata", jmespath: "JMESPath", javascript: "JavaScript" } as const;
