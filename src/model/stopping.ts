/**
 * Why a run's signal is aborted when the process stops in order: the run is left where it stands, and goes on after the
 * next start. Any other reason cancels it.
 */
export class ProcessStopping extends Error {
  override readonly name = "ProcessStopping";

  constructor() {
    super("The process stops; the run goes on after the next start");
  }
}
