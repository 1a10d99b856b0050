import { EventEmitter, once } from "node:events";
import { type Server, createServer } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { expect } from "chai";
import express, { type ErrorRequestHandler } from "express";
import { eventStream } from "../../src/admin/events.ts";
import { errorBody, gatewayError } from "../../src/model/errors.ts";
import type { RunChange, RunChanges } from "../../src/model/run-changes.ts";
import { onBothStores, storePlace } from "../support/both-stores.ts";
import { aStart, aWorkflow, anEnd } from "../support/runs.ts";
import { neverReloaded } from "../support/never-reloaded.ts";

onBothStores("the events of the admin port", () => {
  const servers: Server[] = [];
  const clients = new AbortController();
  afterEach(() => {
    for (const server of servers.splice(0)) {
      server.closeAllConnections();
      server.close();
    }
  });
  after(() => clients.abort());

  const serve = async (changes: RunChanges, stopping = new AbortController()) => {
    const stream = eventStream({ ...neverReloaded, changes, stopping: stopping.signal });
    const app = express().get("/events", stream).use(toldErrors);
    const server = createServer(app).listen(0, "127.0.0.1");
    servers.push(server);
    await once(server, "listening");
    return (server.address() as AddressInfo).port;
  };
  const open = async (port: number) => {
    const { status, body } = await fetch(`http://127.0.0.1:${port}/events`, {
      signal: clients.signal,
    });
    return { status, body: body!.pipeThrough(new TextDecoderStream()).getReader() };
  };

  it("tell of a run when it is committed, as the list shows it", async () => {
    const place = await storePlace();
    const store = await place.open();
    try {
      const { body } = await open(await serve(store.changes));
      expect((await body.read()).value).to.equal("retry: 2000\n\n");
      const start = aStart();
      await store.finish(aWorkflow(), start, anEnd(start), []);
      const { value = "" } = await body.read();
      const [event, data = ""] = value.split("\n");
      expect(event).to.equal("event: run");
      const told = JSON.parse(data.replace("data: ", "")) as RunChange;
      const { runs } = await store.list({ limit: 1 });
      expect(told).to.deep.equal({ runs, more: false });
    } finally {
      await store.close();
      await place.remove();
    }
  });

  it("are asked of the store by the first reader, and no more after the last", async () => {
    const source = aSource();
    const port = await serve(source);
    expect(source.listeners.size).to.equal(0);
    const [first, second] = [await open(port), await open(port)];
    expect(source.listeners.size).to.equal(1);
    await Promise.all([first.body.cancel(), second.body.cancel()]);
    await source.left;
    expect(source.listeners.size).to.equal(0);
  });

  it("have 32 readers; one more is 503", async () => {
    const port = await serve(aSource());
    for (let n = 0; n < 32; n++) expect((await open(port)).status).to.equal(200);
    expect((await open(port)).status).to.equal(503);
  });

  it("end at once when the process stops", async () => {
    const stopping = new AbortController();
    const { body } = await open(await serve(aSource(), stopping));
    await body.read();
    stopping.abort();
    expect((await body.read()).done).to.equal(true);
  });

  it("cut off a reader that does not read, rather than keep what it is told", async () => {
    const source = aSource();
    const port = await serve(source);
    const socket = connect(port, "127.0.0.1");
    socket.pause().on("error", () => {});
    socket.write("GET /events HTTP/1.1\r\nHost: localhost\r\n\r\n");
    await source.asked;
    const change = { runs: [], more: false, text: "x".repeat(100_000) };
    // More than sockets of any system hold.
    for (let told = 0; told < 2_000 && source.listeners.size > 0; told++) {
      for (const listener of source.listeners) listener(change);
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(source.listeners.size).to.equal(0);
    socket.destroy();
  });
});

const toldErrors: ErrorRequestHandler = (error: unknown, _request, response, _next) => {
  response.status(gatewayError(error).status).json(errorBody(error));
};

/** A source of changes that tells what the test says. */
function aSource() {
  const listeners = new Set<(change: RunChange) => void>();
  const asked = later();
  const left = later();
  return {
    listeners,
    asked: asked.promise,
    left: left.promise,
    listen(listener: (change: RunChange) => void) {
      listeners.add(listener);
      asked.resolve();
      return () => {
        listeners.delete(listener);
        left.resolve();
      };
    },
  };
}

function later() {
  const emitter = new EventEmitter();
  return { promise: once(emitter, "now"), resolve: () => void emitter.emit("now") };
}
