import { createContext } from "preact";
import { NO_RECORDS, type Records } from "./records.ts";

/** What all parts of one graph share. */
export interface GraphState {
  readonly records: Records;
  /** The path of the step whose details are shown. */
  readonly selected: string | null;
  /** Null: steps have no details. */
  readonly select: ((path: string) => void) | null;
  /** When the run began, and how long it took until now; null: there is no run. */
  readonly span: { readonly from: number; readonly ms: number } | null;
  /** Whether the run may still come to steps that have no records. */
  readonly goesOn: boolean;
}

/** The graph around a part of it. */
export const Graph = createContext<GraphState>({
  records: NO_RECORDS,
  selected: null,
  select: null,
  span: null,
  goesOn: false,
});
