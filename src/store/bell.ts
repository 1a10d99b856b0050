/** Tells whoever listens that something has happened. */
export interface Bell<T> {
  ring(what: T): void;
  listen(listener: (what: T) => void): void;
}

/** Makes a bell that nobody listens to yet. */
export function bell<T>(): Bell<T> {
  const listeners: ((what: T) => void)[] = [];
  return {
    ring(what) {
      for (const listener of listeners) listener(what);
    },
    listen: (listener) => void listeners.push(listener),
  };
}
