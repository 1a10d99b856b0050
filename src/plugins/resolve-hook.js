// A hook of Node's module loader, which runs it in a thread of its own. See own-package.ts.

/** The URL that the name of the package stands for. */
let own = "";

/** @param {{ own: string }} data */
export function initialize(data) {
  ({ own } = data);
}

/** @type {import("node:module").ResolveHook} */
export const resolve = (specifier, context, next) =>
  next(specifier === "sidehook" ? own : specifier, context);
