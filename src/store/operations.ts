import type { OperationResult, Operations } from "../model/operations.ts";
import { jsonText, parseJson } from "../model/json.ts";
import type { GivenAnswer, WaitPlace } from "../model/wait-answer.ts";
import type { AnswerNote, AnswerRow } from "./jobs.ts";
import { queuedRow } from "./rows.ts";
import type { QueueParts } from "./run-queue.ts";
import type { Seal } from "./seal.ts";
import { partOf } from "./sealed-parts.ts";
import type { Serializers } from "./serialize.ts";
import { orUnavailable } from "./unavailable.ts";
import type { Writer } from "./writer.ts";

/** The parts that operations need. */
interface OperationParts extends Pick<QueueParts, "events" | "now"> {
  readonly writer: Pick<Writer, "write">;
  readonly serializers: Pick<Serializers, "keepContext">;
  readonly seal: () => Seal;
  /** Bytes that an answer may have as JSON. */
  readonly valueLimit: () => number;
}

/** Turns what operators do into jobs of the writer. */
export function operations({
  writer,
  serializers,
  seal,
  valueLimit,
  events,
  now,
}: OperationParts): Operations {
  const time = () => now().toISOString();
  /** Runs may have become claimable. */
  const working = (operated: OperationResult) => {
    if (operated.outcome === "done") events.emit("work");
    return operated;
  };

  /** Makes the row of an answer. @param place has the run; `note` is what the answer is sealed for */
  const rowOf = async (
    { run }: WaitPlace,
    given: GivenAnswer & { readonly at: string },
  ): Promise<(note: AnswerNote | null) => AnswerRow | null> => {
    const { text: value, hides } = await serializers.keepContext(given);
    const { choice } = given;
    if (!hides) return () => ({ choice, value, sealed: null });
    return (note) => {
      if (note === null) return null;
      const text = seal().seal(jsonText(given), partOf.note(run, note));
      return { choice, value, sealed: { ...note, text } };
    };
  };

  return {
    async cancel(id) {
      const done = await orUnavailable("The run can't be canceled", () =>
        writer.write({ kind: "cancel", id, now: time(), error: JSON.stringify(CANCELED) }),
      );
      for (const run of done.canceled) events.emit("canceled", run);
      return working(done.operated);
    },
    onCancel: (listener) => void events.on("canceled", (run) => listener(run)),
    dismiss: (id) =>
      orUnavailable("The run can't be dismissed", () =>
        writer.write({ kind: "dismiss", id, now: time() }),
      ),
    async replay(run, reused = []) {
      const operated = await orUnavailable("The run can't be replayed", async () => {
        // A replay sees what the history shows: nothing of it is sealed.
        const row = queuedRow(run, (await serializers.keepContext(run.trigger)).text);
        const of = run.replayOf ?? "";
        const job = { kind: "replay", run: row, of, reused, now: time() } as const;
        return writer.write(job, [run.workflow.definition]);
      });
      return working(operated);
    },
    async resume(id) {
      const operated = await orUnavailable("The run can't be resumed", () =>
        writer.write({ kind: "resume", id, now: time() }),
      );
      return working(operated);
    },
    async answer(place, given) {
      const at = time();
      const say = (row: AnswerRow | null) =>
        orUnavailable("The run can't be resumed", () =>
          writer.write({ kind: "answer", place, given: row, now: at }),
        );
      const most = valueLimit();
      if (given && Buffer.byteLength(jsonText({ ...given, at })) > most) {
        return { outcome: "too large", most };
      }
      const row = given && (await rowOf(place, { ...given, at }));
      let came = await say(row && row(null));
      // Which step waits is found first where the answer is sealed for it.
      if (row) while (came.outcome === "asked") came = await say(row(came.note));
      if (came.outcome === "done") events.emit("work");
      if (came.outcome === "answered") return { ...came, answer: parseJson(came.answer) };
      return came;
    },
  };
}

/** Why a run ended that an operator canceled. */
const CANCELED = { message: "The run was canceled", code: "CANCELED", step: "" };
