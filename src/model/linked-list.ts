/** One value of a linked list. */
export interface LinkedNode<T> {
  readonly value: T;
  before: LinkedNode<T> | null;
  behind: LinkedNode<T> | null;
  isRemoved: boolean;
}

/**
 * A list whose values are added at its end and removed from anywhere, each for the price of a few assignments.
 *
 * For values that come and go with each request it stands where a Map or a Set would: their tables are made anew again and
 * again then, and a table that was given up keeps all that it held alive until the next full garbage collection.
 */
export class LinkedList<T> implements Iterable<T> {
  private first: LinkedNode<T> | null = null;
  private last: LinkedNode<T> | null = null;

  get isEmpty(): boolean {
    return this.first === null;
  }

  add(value: T): LinkedNode<T> {
    const node: LinkedNode<T> = { value, before: this.last, behind: null, isRemoved: false };
    if (this.last === null) this.first = node;
    else this.last.behind = node;
    this.last = node;
    return node;
  }

  /** Does nothing where it is removed already. */
  remove(node: LinkedNode<T>): void {
    if (node.isRemoved) return;
    const { before, behind } = node;
    if (before === null) this.first = behind;
    else before.behind = behind;
    if (behind === null) this.last = before;
    else behind.before = before;
    node.isRemoved = true;
    node.before = null;
    node.behind = null;
  }

  /** In the order in which they were added. Those that were given may be removed meanwhile. */
  *[Symbol.iterator](): Generator<T> {
    let node = this.first;
    while (node !== null) {
      const { value, behind } = node;
      yield value;
      node = node.isRemoved ? behind : node.behind;
    }
  }
}
