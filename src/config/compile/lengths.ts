/** Characters of a workflow's key, a step's id, and other names. */
export const LONGEST_NAME = 200;

/** Characters of a step's path. With the run and the name of a note it goes into an index: Postgres has room for 2704 bytes. */
export const LONGEST_PATH = 2_000;

/** Characters that a path has between two steps, at most: `.branches[2147483647].` */
export const BETWEEN = 22;

/** Says of a name that it is over the limit. It is shown as far as needed to know it. */
export const tooLong = (name: string, what: string): string =>
  `"${name.slice(0, SHOWN)}…" is too long for ${what}: it has ${name.length} characters, ${LONGEST_NAME} at most`;

const SHOWN = 40;
