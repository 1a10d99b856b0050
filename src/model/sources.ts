/** The files that a configuration was read from, so that it can be told whether they have changed. */
export interface Sources {
  /** Each with its mark when it was read; also those that could not be read. */
  readonly files: readonly { readonly path: string; readonly mark: string }[];
  /** Patterns of `include`, each with the files that it named. */
  readonly patterns: readonly {
    readonly pattern: string;
    readonly folder: string;
    readonly files: readonly string[];
  }[];
}
