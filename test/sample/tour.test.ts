import type { Running } from "../support/command.ts";
import { type Clone, type Sample, addresses, cloneProject } from "./clone.ts";
import { walkTour } from "./walk-tour.ts";

describe("the README's tour in front of json-server", function () {
  this.timeout(120_000);
  let clone: Clone;
  let running: Running;
  let sample: Sample;

  before(async () => {
    clone = await cloneProject();
    running = clone.start();
    sample = await addresses(running);
  });
  after(async () => {
    running.process.kill("SIGTERM");
    await running.ended;
    await clone.remove();
  });

  walkTour(async () => sample);
});
