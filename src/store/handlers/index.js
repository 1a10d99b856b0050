// @ts-check
import { claimJobs } from "./claims.js";
import { definitionTable } from "./definitions.js";
import { deliveryJobs } from "./deliveries.js";
import { historyJobs } from "./history.js";
import { instanceTable } from "./instances.js";
import { intentJobs, intentTable } from "./intents.js";
import { laneTable } from "./lanes.js";
import { maintenanceJobs } from "./maintenance.js";
import { operatorJobs } from "./operations.js";
import { progressJobs } from "./progress.js";
import { queueJobs, queueTable } from "./queue.js";
import { rateJobs } from "./rates.js";
import { scheduleJobs } from "./schedules.js";
import { waitJobs } from "./waits.js";

export { statements } from "./statement.js";

/** @import { Job, JobHandlers, JobResult, JobsOrder } from "../jobs.ts" */
/** @import { Saying } from "../said.ts" */

/**
 * What jobs do, in the SQL that both databases take.
 * @param {string} instance the id of this process
 */
export function handlers(instance) {
  const definitions = definitionTable();
  const lanes = laneTable();
  const queue = queueTable(definitions, lanes, instance);
  const intents = intentTable(definitions, instance);
  const instances = instanceTable(instance);
  /** @type {JobHandlers} */
  const byKind = {
    ...historyJobs(definitions, instance),
    ...queueJobs(queue, intents),
    ...progressJobs(queue),
    ...claimJobs(instance, lanes),
    ...intentJobs(intents, queue),
    ...deliveryJobs(queue),
    ...operatorJobs(queue),
    ...scheduleJobs(queue),
    ...rateJobs(),
    ...waitJobs,
    ...maintenanceJobs(definitions, queue, intents, instances),
  };
  return {
    /**
     * What a job does.
     * @param {Job} job
     * @param {JobsOrder["definitions"]} sources
     */
    perform(job, sources) {
      // The handler under a kind takes the jobs of that kind.
      const handler =
        /** @type {(job: Job, sources: JobsOrder["definitions"]) => Saying<JobResult<Job["kind"]>>} */ (
          byKind[job.kind]
        );
      return handler(job, sources);
    },
    /** What is left to do before jobs are committed: runs go on for which there is room now. Gives their ids. */
    settle: lanes.settle,
    /** After a rollback nothing is known to be stored. */
    doubt() {
      definitions.doubt();
      lanes.forget();
    },
  };
}
