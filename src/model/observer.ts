import type { ErrorCode } from "./errors.ts";

/** The ways of requests that get an answer, as they are counted. */
export const ANSWERED_WAYS = [
  "pass",
  "web",
  "rewrite",
  "hooks",
  "custom-action",
  "webhook",
  "refused",
] as const;

/** One of the ways above. */
export type AnsweredWay = (typeof ANSWERED_WAYS)[number];

/** Told of each request when its exchange is over. Called for every request, so it takes far less than a microsecond. */
export interface RequestObserver {
  /**
   * @param status that was answered; null: the client went away before
   * @param milliseconds since its head came
   */
  answered(way: AnsweredWay, status: number | null, milliseconds: number): void;
  /** An upgraded connection has begun (101), or the upstream has answered something else. */
  upgraded(status: number | null): void;
}

/** Told of each answer of the upstream, and of each that did not come. */
export interface UpstreamObserver {
  /** The head of an answer has come. @param milliseconds since the request was sent */
  answered(milliseconds: number): void;
  /** A request got no answer that could be used. */
  failed(code: ErrorCode): void;
}

/** Told of each transaction of the store. */
export interface StoreObserver {
  /** @param milliseconds from the order to commit until its outcome @param failed jobs that were not written */
  committed(milliseconds: number, jobs: number, failed: number): void;
}

/** The connections of a listener. */
export interface Connections {
  readonly served: number;
  /** Accepted, and not read from yet. */
  readonly waiting: number;
  /** Closed at once since the start, because too many were open. */
  readonly refused: number;
  /** Requests since the start that were not valid HTTP, or whose head did not come in time. */
  readonly malformed: number;
}
