import type { RequestHandler, Response } from "express";
import { GatewayError } from "../model/errors.ts";
import { type Json, jsonText } from "../model/json.ts";
import type { ConfigurationState, Reload } from "../model/reload.ts";
import type { RunChange, RunChanges } from "../model/run-changes.ts";
import { reloadSummary } from "./reload.ts";

/** The parts that events come from. */
export interface EventParts {
  readonly changes: RunChanges;
  readonly configuration: () => ConfigurationState;
  /** Aborted when the process stops: then all streams end. */
  readonly stopping: AbortSignal;
}

/** Streams that are open at once, at most: others of the port's connections stay free. */
const MOST = 32;

/** Bytes that may wait for a slow reader. */
const BACKLOG = 256 * 1024;

/** How often it is looked for a reload, and after how many looks a comment shows that the stream still lives. */
const LOOK = 1_000;
const BEAT = 15;

/**
 * `GET /events`: what happens, as server-sent events (HTML, "Server-sent events").
 *
 *     event: run
 *     data: {"runs":[{"id":"0192…","status":"succeeded",…}],"more":false}
 *
 *     event: reload
 *     data: {"hash":"5f70…","at":"2026-11-28T12:00:00.000Z","ok":true,"message":"the configuration was reloaded"}
 *
 * A reader that is too slow is cut off. Over 32 readers: 503 TOO_MANY_READERS.
 */
export function eventStream({ changes, configuration, stopping }: EventParts): RequestHandler {
  const streams = new Set<Response>();
  let told: Reload | null = null;
  let looks = 0;
  let quiet: (() => void) | null = null;

  /** Begins with the first stream, and ends with the last: nothing is done while nobody listens. */
  const listen = () => {
    told = configuration().lastReload;
    const timer = setInterval(look, LOOK).unref();
    const leave = changes.listen((change) => send("run", change));
    return () => {
      clearInterval(timer);
      leave();
    };
  };
  const look = () => {
    const { lastReload, hash } = configuration();
    if (lastReload !== null && lastReload !== told) {
      send("reload", { hash, ...reloadSummary(lastReload) });
    }
    told = lastReload;
    looks = (looks + 1) % BEAT;
    if (looks === 0) write(":\n\n");
  };
  const send = (event: string, data: RunChange | object) =>
    write(`event: ${event}\ndata: ${jsonText(data as Json)}\n\n`);
  const write = (text: string) => {
    for (const stream of streams) {
      if (stream.writableLength > BACKLOG) stream.destroy();
      else stream.write(text);
    }
  };
  stopping.addEventListener("abort", () => {
    for (const stream of streams) stream.end();
  });

  return (_request, response) => {
    if (streams.size >= MOST || stopping.aborted) {
      throw new GatewayError("TOO_MANY_READERS", `${MOST} streams of events are open already`);
    }
    response.set("Content-Type", "text/event-stream").flushHeaders();
    response.write("retry: 2000\n\n");
    streams.add(response);
    quiet ??= listen();
    response.once("close", () => {
      streams.delete(response);
      if (streams.size > 0) return;
      quiet?.();
      quiet = null;
    });
  };
}
