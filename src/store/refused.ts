/** Thrown where a job can't be made or committed because of what it writes: no other try would do better. */
export class JobRefused extends Error {
  override readonly name = "JobRefused";
}
