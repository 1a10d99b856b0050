/** A CEL signature and what it calls. */
export type OwnFunction = readonly [signature: string, handler: (...args: never[]) => unknown];

/** CEL's name for the type of a time. */
export const TIME = "google.protobuf.Timestamp";

/**
 * The end of the names of our functions that replace one of cel-js's. No expression can name such a function: `adapt` puts
 * it in when the expression is compiled.
 */
const OWN = "_own";

/** `matches` → `matches_own` */
export const ownName = (name: string): string => name + OWN;

/** Whether a function is one that no expression can name. */
export const isOwnName = (name: string): boolean => name.endsWith(OWN);

/** A message of cel-js, with functions called as the expression calls them. */
export const withoutOwnNames = (message: string): string => message.replaceAll(`${OWN}(`, "(");
