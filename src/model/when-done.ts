/** Goes on with a value: at once where it is there, else when its promise is fulfilled. */
export const whenDone = <T, R>(
  value: T | Promise<T>,
  goOn: (value: T) => R | Promise<R>,
): R | Promise<R> => (value instanceof Promise ? value.then(goOn) : goOn(value));
