import { expect } from "chai";

/** The error that a call rejects with, which must be of this class. */
export async function failureOf<E extends Error>(
  call: Promise<unknown>,
  kind: abstract new (...made: never[]) => E,
): Promise<E> {
  const error: unknown = await call.then(
    () => new Error("did not fail"),
    (reason: unknown) => reason,
  );
  expect(error).to.be.instanceOf(kind);
  return error as E;
}
