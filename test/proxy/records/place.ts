import type { Json } from "../../../src/model/json.ts";
import type { RecordAccess, RecordQuery, Records } from "../../../src/model/records.ts";
import { StepError } from "../../../src/model/step-error.ts";
import type { ApiFacts } from "../../../src/model/upstream-api.ts";
import type { Upstream } from "../../../src/model/upstream.ts";
import { presets } from "../../../src/proxy/apis/index.ts";
import { type RecordStoreOptions, recordStore } from "../../../src/proxy/records/store.ts";
import { connectUpstream } from "../../../src/proxy/upstream.ts";
import { failureOf } from "../../support/failure.ts";
import {
  type Answer,
  type TestUpstream,
  answerJson,
  startUpstream,
} from "../../support/upstream.ts";

/** An upstream with records, started anew for each test. */
export interface RecordsPlace {
  backend: TestUpstream;
  /** What the upstream does with a request, until it is set again. At first: 200 and `{}`. */
  answer: Answer;
  /** Has the upstream answer with JSON. */
  serve(status: number, body: Json): void;
  /** Its records, as a rest upstream's with nothing configured, where the options say nothing else. */
  records(options?: Partial<RecordStoreOptions>): Records;
}

/** Makes a place for the tests of the file, or the `describe`, in which it is called. */
export function recordsPlace(): RecordsPlace {
  let upstream: Upstream;
  const place: RecordsPlace = {
    backend: undefined as never,
    answer: () => undefined,
    serve(status, body) {
      place.answer = (_request, response) => answerJson(response, status, body);
    },
    records: (options = {}) =>
      recordStore({
        facts: factsOf("rest"),
        upstream,
        collections: {},
        serviceHeaders: {},
        rowLimit: 10_000,
        responseLimit: 1_000_000,
        ...options,
      }),
  };
  beforeEach(async () => {
    place.serve(200, {});
    place.backend = await startUpstream((...all) => place.answer(...all));
    upstream = connectUpstream({ url: place.backend.url, timeout: 30_000 });
  });
  afterEach(async () => {
    await upstream.close(1_000);
    await place.backend.stop();
  });
  return place;
}

/** The facts of a preset, with others in place of some. */
export function factsOf(preset: string, own: Partial<ApiFacts> = {}): ApiFacts {
  const facts = presets.get(preset);
  if (facts === undefined) throw new Error(`no preset ${preset}`);
  return { ...facts, ...own };
}

/** All records of a list, where the part says nothing else. */
export const queryOf = (part: Partial<RecordQuery> = {}): RecordQuery => ({
  filter: null,
  sort: [],
  limit: null,
  appends: [],
  ...part,
});

/** On behalf of the service, and for as long as it takes. */
export const asService: RecordAccess = { caller: null, signal: new AbortController().signal };

/** The error of a call that must fail with one. */
export const failure = (call: Promise<unknown>): Promise<StepError> => failureOf(call, StepError);
