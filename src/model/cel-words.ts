const WORDS: ReadonlySet<string> = new Set(
  (
    "true false null in as break const continue else for function if import let loop package namespace return var void while " +
    // Names that an expression gives a meaning of its own.
    "int uint double bool string bytes list map type dyn null_type optional cel google " +
    "trigger steps vars each run secrets error " +
    // Names that an object of JavaScript can't hold as a plain field.
    "__proto__ prototype constructor"
  ).split(" "),
);

/** Whether a name can't be given to a step, variable or loop: CEL reserves it, or it means something already. */
export const isCelWord = (name: string): boolean => WORDS.has(name);

/** Whether a name has the form of one: `[A-Za-z_][A-Za-z0-9_]*`. */
export const isName = (name: string): boolean => /^[A-Za-z_][A-Za-z0-9_]*$/.test(name);
