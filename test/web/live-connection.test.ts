import { expect } from "chai";
import { type News, openLive } from "../../web/api/live.ts";

/** A stream of events whose news come when a test says so. */
class Stream extends EventTarget {
  static readonly CLOSED = 2;
  static newest: Stream;
  readonly readyState = 1;

  constructor() {
    super();
    Stream.newest = this;
  }
}

describe("the page's stream of events", () => {
  const before = Object.getOwnPropertyDescriptor(globalThis, "EventSource");
  beforeEach(() => {
    Object.defineProperty(globalThis, "EventSource", { value: Stream, configurable: true });
  });
  afterEach(() => {
    if (before === undefined) Reflect.deleteProperty(globalThis, "EventSource");
    else Object.defineProperty(globalThis, "EventSource", before);
  });

  it("tells a view that is shown after it has opened that it is live", () => {
    const subscribe = openLive();
    Stream.newest.dispatchEvent(new Event("open"));
    const live = { kind: "connection", connection: "live", again: false };
    expect(heardBy(subscribe)).to.deep.equal([live]);
  });

  it("tells a view that is shown before how it goes on, and that news may have been missed", () => {
    const subscribe = openLive();
    const heard = heardBy(subscribe);
    for (const event of ["open", "error", "open"]) Stream.newest.dispatchEvent(new Event(event));
    expect(heard).to.deep.equal([
      { kind: "connection", connection: "connecting", again: false },
      { kind: "connection", connection: "live", again: false },
      { kind: "connection", connection: "lost", again: false },
      { kind: "connection", connection: "live", again: true },
    ]);
  });
});

/** What a view hears from when it is shown. */
function heardBy(subscribe: ReturnType<typeof openLive>): News[] {
  const heard: News[] = [];
  subscribe((news) => heard.push(news));
  return heard;
}
