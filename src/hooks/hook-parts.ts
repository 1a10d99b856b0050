import type { IncomingMessage } from "node:http";
import type { Collection } from "../model/action.ts";
import type { ReadJsonBody, ReadRequestBody } from "../model/body.ts";
import type { Identify } from "../model/caller.ts";
import type { IsCredential } from "../model/headers.ts";
import type { Log } from "../model/log.ts";
import type { Operations } from "../model/operations.ts";
import type { PrimaryKeyOf } from "../model/primary-key.ts";
import type { Acceptance, Deliveries, Intents } from "../model/queue.ts";
import type { ReadAnswer } from "../model/received-answer.ts";
import type { Records } from "../model/records.ts";
import type { RunWorkflow } from "../model/run.ts";
import type { ApiFacts } from "../model/upstream-api.ts";
import type { Upstream } from "../model/upstream.ts";
import type { Workflow } from "../model/workflow.ts";
import type { Admit } from "./rate.ts";
import type { Depth } from "./request/depth.ts";
import type { ResumeLinks } from "./resume/links.ts";
import type { MergeMessages } from "./answer/send-upstream.ts";

/** The parts of other rooms that the hooks need. */
export interface HookParts {
  readonly workflows: readonly Workflow[];
  readonly collections: Readonly<Record<string, Collection>>;
  readonly primaryKeyOf: PrimaryKeyOf;
  readonly unknownKeys: "skip" | "reject";
  /** Whether keys that no workflow has stay in the URL, for the upstream's own workflows. */
  readonly leaveUnknown: boolean;
  readonly identify: Identify;
  readonly readBody: ReadRequestBody;
  readonly readJson: ReadJsonBody;
  readonly run: RunWorkflow;
  readonly acceptance: Acceptance;
  readonly intents: Intents;
  readonly deliveries: Deliveries;
  readonly admit: Admit;
  readonly resumeLinks: ResumeLinks;
  /** See `Operations`. */
  readonly answerWait: Operations["answer"];
  /** Reads a body of any type, within `limits.body`. */
  readonly readBytes: (request: IncomingMessage) => Promise<Buffer>;
  readonly records: Records;
  readonly readAnswer: ReadAnswer;
  readonly upstream: Pick<Upstream, "stream" | "forward">;
  /** Where records stand in a request and in an answer. */
  readonly facts: Pick<
    ApiFacts,
    "record" | "written" | "values" | "bulk" | "shapes" | "fields" | "withheld"
  >;
  /** Records of one request that are looked at one by one, at most: `limits.loop`. */
  readonly recordLimit: number;
  /** Puts messages into an answer's body; null where the header tells them. */
  readonly merge: MergeMessages | null;
  readonly depth: Depth;
  /** Which headers no workflow sees. */
  readonly isCredential: IsCredential;
  readonly now: () => Date;
  readonly log: Log;
}
