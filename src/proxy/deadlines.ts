import { LinkedList, type LinkedNode } from "../model/linked-list.ts";

/** Work that has a deadline. */
export interface Awaited {
  /** Called once when the deadline has passed. */
  late(): void;
  /** Its place among what is waited for; null while it is not. Only `Deadlines` sets it. */
  deadline: LinkedNode<Due> | null;
}

/** When work is due, by the monotonic clock. */
interface Due {
  readonly one: Awaited;
  readonly at: number;
}

/**
 * Calls `late` of work that was not done within so many milliseconds. All work has the same time limit, so it becomes due in
 * the order in which it began: one timer serves all, and a begin or an end costs a few assignments.
 */
export class Deadlines {
  private readonly due = new LinkedList<Due>();
  private readonly patience: number;
  private timer: NodeJS.Timeout | null = null;

  constructor(patience: number) {
    this.patience = patience;
  }

  /** The time of one begins, or begins anew. */
  begin(one: Awaited): void {
    this.end(one);
    one.deadline = this.due.add({ one, at: performance.now() + this.patience });
    this.timer ??= this.wake(this.patience);
  }

  /** Milliseconds since the time of one began; null while it is not waited for. */
  elapsed({ deadline }: Awaited): number | null {
    return deadline && performance.now() - deadline.value.at + this.patience;
  }

  /** It is done. */
  end(one: Awaited): void {
    if (one.deadline === null) return;
    this.due.remove(one.deadline);
    one.deadline = null;
  }

  private wake(delay: number): NodeJS.Timeout {
    return setTimeout(() => this.callLate(), delay).unref();
  }

  private callLate(): void {
    this.timer = null;
    const now = performance.now();
    for (const { one, at } of this.due) {
      if (at > now) {
        this.timer = this.wake(Math.ceil(at - now));
        return;
      }
      this.end(one);
      one.late();
    }
  }
}
