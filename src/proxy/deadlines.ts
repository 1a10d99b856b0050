/** Work that has a deadline. */
export interface Awaited {
  /** Called once when the deadline has passed. */
  late(): void;
}

/**
 * Calls `late` of work that was not done within so many milliseconds. All work has the same time limit, so it becomes due in
 * the order in which it began: one timer serves all, and a begin or an end costs one operation on a map.
 */
export class Deadlines {
  private readonly due = new Map<Awaited, number>();
  private readonly patience: number;
  private timer: NodeJS.Timeout | null = null;

  constructor(patience: number) {
    this.patience = patience;
  }

  /** The time of one begins, or begins anew. */
  begin(one: Awaited): void {
    this.due.delete(one);
    this.due.set(one, performance.now() + this.patience);
    this.timer ??= this.wake(this.patience);
  }

  /** It is done. */
  end(one: Awaited): void {
    this.due.delete(one);
  }

  private wake(delay: number): NodeJS.Timeout {
    return setTimeout(() => this.callLate(), delay).unref();
  }

  private callLate(): void {
    this.timer = null;
    const now = performance.now();
    for (const [one, due] of this.due) {
      if (due > now) {
        this.timer = this.wake(Math.ceil(due - now));
        return;
      }
      this.due.delete(one);
      one.late();
    }
  }
}
