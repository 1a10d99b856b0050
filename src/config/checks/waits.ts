import { durationText } from "../../model/duration.ts";
import { jsonText } from "../../model/json.ts";
import type { Problem } from "../../model/position.ts";
import { didYouMean } from "../../model/nearest.ts";
import { SHORTER } from "./subflows.ts";
import type { CompiledWorkflow } from "../compile/workflow.ts";

/**
 * Problems of steps that do not fit a sync workflow, or an async one. A sync workflow can't wait longer than its timeout.
 * An async workflow has no client to answer or to act for.
 */
export function awaitedProblems({ workflow, sync, written, source }: CompiledWorkflow): Problem[] {
  return written.flatMap(({ type, raw, path }) => {
    const only = sync === false ? type.syncOnly(raw) : null;
    if (only) {
      return [source.problem([...path, only.key], `${only.why}; write sync: true in its trigger`)];
    }
    const wait = sync === true ? type.waits(raw) : null;
    if (wait === Infinity)
      return [
        source.problem(
          path,
          `is only for runs that no client waits for; write sync: false in its trigger`,
        ),
      ];
    if (wait === null || workflow.timeout === null || wait <= workflow.timeout) return [];
    const most = durationText(workflow.timeout);
    const message = `waits ${durationText(wait)}, but a client waits only ${most} for this workflow; ${SHORTER}`;
    return [source.problem(path, message)];
  });
}

const RESUME_URL =
  /\bresumeUrl\(\s*(?:"([^"]*)"|'([^']*)')\s*\)|(?:"([^"]*)"|'([^']*)')\.resumeUrl\(\)/g;

/** Problems of `resumeUrl("id")` whose id is not that of a step `wait` in the same workflow. */
export function resumeUrlProblems({ written, source }: CompiledWorkflow): Problem[] {
  const ids = written.flatMap(({ type, mapping: { id } }) =>
    type.type === "wait" && typeof id === "string" ? [id] : [],
  );
  // As steps stand in the file: in what is compiled, no text is left.
  return written.flatMap(({ mapping, path }) => {
    const {
      steps: _,
      then: _then,
      else: _else,
      cases: _cases,
      branches: _branches,
      otherwise: _otherwise,
      ...own
    } = mapping;
    const asked = [...jsonText(own).replaceAll('\\"', '"').matchAll(RESUME_URL)].map(
      ([, a, b, c, d]) => a ?? b ?? c ?? d ?? "",
    );
    return asked
      .filter((id) => !ids.includes(id))
      .map((id) => {
        const known =
          didYouMean(id, ids) || (ids.length > 0 ? `; known are ${ids.join(", ")}` : "");
        return source.problem(path, `resumeUrl: this workflow has no wait step "${id}"${known}`);
      });
  });
}
