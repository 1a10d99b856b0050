import { isLong, yieldToEventLoop } from "../model/event-loop.ts";
import { type Json, type JsonObject, jsonText } from "../model/json.ts";
import { jsonTextInSlices, parseInSlices } from "../model/json-slices.ts";
import { type Claim, type DeliveryKey, type NewRun } from "../model/queue.ts";
import type { Note, RunEnd, StepEffects, StepRecord } from "../model/run.ts";
import { type RunSecrets, runSecrets } from "../model/run-secrets.ts";
import type { WorkflowResponse } from "../model/step.ts";
import type { HeldRun } from "./held-runs.ts";
import {
  type AnsweredRow,
  type ClaimRow,
  type DeliveryRow,
  type NoteRow,
  ROW_BYTES,
  bytesOf,
  claimFacts,
  deliveryId,
  timeText,
} from "./queue-rows.ts";
import {
  type EndRow,
  type QueuedRow,
  type Sealable,
  type SealedRow,
  type StepRow,
  endRow,
  queuedRow,
  stepRow,
} from "./rows.ts";
import { stepOf } from "./run-views.ts";
import { partOf } from "./sealed-parts.ts";
import type { Bound, Seal } from "./seal.ts";
import type { Kept, Serializers } from "./serialize.ts";

/**
 * Makes the rows of queued runs and deliveries, and reads them again. The rows show secrets redacted. Where one hides some, what
 * it hides is sealed beside it, so that a run which goes on has it. Where none does, nothing is.
 */
export interface SealedRows {
  /** What hides the secrets of a run of which nothing is known yet. */
  secrets(): RunSecrets;
  /** @param secrets learn those of its context */
  queued(run: NewRun, secrets?: RunSecrets): Promise<QueuedRow>;
  step(claim: Claim, record: StepRecord): Sealable<StepRow>;
  note(claim: Claim, note: Note): Sealable<NoteRow>;
  /** Its output is sealed where a parent reads it. */
  end(claim: Claim, end: RunEnd): Sealable<EndRow>;
  /** The output of a run that has ended. @throws {SealedUnreadable} */
  output(run: string, output: string, sealed: string | null): Promise<Json>;
  delivery(key: DeliveryKey, answer: WorkflowResponse, until: Date): DeliveryRow;
  /** @throws {SealedUnreadable} */
  answer(key: DeliveryKey, row: AnsweredRow): Promise<WorkflowResponse>;
  /**
   * The part of a run that never changes, as the row of a claim adds to what was held of it before. Its steps may be many and
   * long: others get their turn meanwhile.
   * @throws {SealedUnreadable}
   */
  held(row: ClaimRow, before: HeldRun | undefined): Promise<HeldRun>;
  /** A claim as its row and the rest of its run tell it. @throws {SealedUnreadable} */
  claim(row: ClaimRow, run: HeldRun): Promise<Claim>;
}

/** Makes them. */
export function sealedRows(
  { serialize, serializeWhole, keep, keepContext, redact, redactInSlices }: Serializers,
  seal: Seal,
): SealedRows {
  /** A value where its row hides something of it. */
  const sealedOf = ({ hides }: Kept, value: Json, to: Bound): string | null =>
    hides ? seal.seal(jsonText(value), to) : null;
  const opened = async (sealed: string, to: Bound): Promise<Json> =>
    parseInSlices(await seal.open(sealed, to));
  /** The value of a row: with its secrets, where they are sealed beside it. */
  const valueOf = (text: string, sealed: string | null | undefined, to: Bound): Promise<Json> =>
    (sealed ?? null) === null ? parseInSlices(text) : opened(sealed as string, to);

  const sealedPart = async (text: string, to: Bound): Promise<SealedRow> => ({
    part: to.part,
    text: await seal.sealInSlices(text, to),
  });

  /** A step as the run that goes on behind it sees it. */
  const recordOf = async (row: StepRow, sealed: string | undefined): Promise<StepRecord> => {
    const record = {
      ...(await stepOf(row)),
      startedAt: new Date(row.started_at),
      effects: row.effects === null ? null : ((await parseInSlices(row.effects)) as StepEffects),
    };
    if (sealed === undefined) return record;
    return { ...record, ...((await opened(sealed, partOf.step(row.run, row))) as HiddenInStep) };
  };
  const noteOf = async (row: NoteRow, sealed: string | undefined): Promise<Note> => ({
    path: row.path,
    name: row.name,
    value: await valueOf(row.value, sealed, partOf.note(row.run, row)),
  });

  return {
    secrets: () => runSecrets(redact),
    async queued(run, secrets) {
      const { text, hides, shown } = await keepContext(run.trigger, run.redact);
      const sealed: SealedRow[] = [];
      if (hides) {
        secrets?.learn(run.trigger, shown);
        const whole = await jsonTextInSlices(run.trigger);
        sealed.push(await sealedPart(whole, partOf.trigger(run.id)));
      }
      const { whole } = run.workflow.definition;
      if (whole) sealed.push(await sealedPart(whole(), partOf.definition(run.id)));
      return queuedRow(run, text, sealed);
    },
    step({ id: run, redact: by }, record) {
      const result = keep(record.result, by);
      const effects = record.effects && keep(record.effects as JsonObject, by);
      const error = record.error && serializeWhole(record.error, by);
      const input = serialize(record.input, by);
      const texts = { error, input, result: result.text, effects: effects && effects.text };
      const hidden: HiddenInStep = {
        ...(result.hides && { result: record.result }),
        ...(effects?.hides === true && { effects: record.effects }),
      };
      const hides = result.hides || effects?.hides === true;
      return {
        row: stepRow(run, record, 0, texts),
        sealed: hides ? seal.seal(jsonText(hidden as JsonObject), partOf.step(run, record)) : null,
      };
    },
    note({ id: run, redact: by }, note) {
      const { path, name, value } = note;
      const kept = keep(value, by);
      return {
        row: { run, path, name, value: kept.text },
        sealed: sealedOf(kept, value, partOf.note(run, note)),
      };
    },
    end({ parent, redact: by }, end) {
      const output = end.output ?? null;
      const kept = keep(output, by);
      return {
        row: endRow(end, (value) => serializeWhole(value, by), kept.text),
        sealed: parent === null ? null : sealedOf(kept, output, partOf.output(end.id)),
      };
    },
    output: (run, output, sealed) => valueOf(output, sealed, partOf.output(run)),
    delivery(key, answer, until) {
      const id = deliveryId(key);
      const value = answer as unknown as JsonObject;
      const kept = keep(value);
      const sealed = sealedOf(kept, value, partOf.answer(id));
      return { ...id, until: timeText(until), answer: kept.text, sealed };
    },
    answer: async (key, { answer, sealed }) =>
      (await valueOf(
        answer,
        sealed,
        partOf.answer(deliveryId(key)),
      )) as unknown as WorkflowResponse,
    async held(row, before) {
      const { context } = row;
      const sealed = sealedIn(row);
      const read = () => valueOf(context ?? "null", sealed.get("trigger"), partOf.trigger(row.id));
      const trigger = before?.trigger ?? ((await read()) as JsonObject);
      const secrets = before?.secrets ?? runSecrets(redact);
      if (before === undefined && sealed.has("trigger")) {
        secrets.learn(trigger, await redactInSlices(trigger));
      }
      const steps = [...(before?.steps ?? [])];
      let nextPlace = before?.nextPlace ?? 0;
      let bytes = before?.bytes ?? context?.length ?? 0;
      for (const step of row.steps) {
        if (isLong()) await yieldToEventLoop();
        const hidden = sealed.get(`step ${step.place}`);
        const record = await recordOf(step, hidden);
        if (hidden !== undefined) {
          for (const value of [record.result, record.effects as JsonObject]) secrets.redact(value);
        }
        steps.push(record);
        nextPlace = step.place + 1;
        bytes += bytesOf(step);
      }
      return { trigger, secrets, steps, nextPlace, bytes };
    },
    async claim(row, { trigger, secrets, steps, bytes }) {
      const sealed = sealedIn(row);
      const facts = claimFacts(row);
      const written = sealed.get("definition");
      const whole = written && (await seal.open(written, partOf.definition(row.id)));
      const notes = row.notes.map((note) =>
        noteOf(note, sealed.get(`note ${note.path} ${note.name}`)),
      );
      return {
        ...facts,
        ...(whole !== undefined && { definition: { ...facts.definition, whole: () => whole } }),
        trigger,
        past: {
          steps,
          notes: await Promise.all(notes),
          bytes: row.notes.reduce((sum, { value }) => sum + ROW_BYTES + value.length, bytes),
        },
        redact: secrets.redact,
        unreadable: null,
      };
    },
  };
}

/** What of a step its row hides. */
type HiddenInStep = Partial<Pick<StepRecord, "result" | "effects">>;

const sealedIn = ({ sealed }: ClaimRow): ReadonlyMap<string, string> =>
  new Map(sealed.map(({ part, text }) => [part, text]));
