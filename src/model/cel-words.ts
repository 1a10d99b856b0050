/** Words that the language itself reserves, and names that an object of JavaScript can't hold as a plain field. */
const RESERVED: ReadonlySet<string> = new Set(
  (
    "true false null in as break const continue else for function if import let loop package namespace return var void while " +
    "__proto__ prototype constructor"
  ).split(" "),
);

/** Names that an expression gives a meaning of its own. */
const GIVEN: ReadonlySet<string> = new Set(
  (
    "int uint double bool string bytes list map type dyn null_type optional cel google " +
    "trigger steps vars each run secrets error"
  ).split(" "),
);

/** Whether a name can't be that of a step or a variable, which stand behind `steps.` and `vars.`: CEL reserves it. */
export const isReservedWord = (name: string): boolean => RESERVED.has(name);

/** Whether a name can't stand on its own, as a loop's does: CEL reserves it, or it means something already. */
export const isCelWord = (name: string): boolean => RESERVED.has(name) || GIVEN.has(name);

/** Whether a name has the form of one: `[A-Za-z_][A-Za-z0-9_]*`. */
export const isName = (name: string): boolean => /^[A-Za-z_][A-Za-z0-9_]*$/.test(name);
