import { expect } from "chai";
import { isTraceparent, traceIdOf, traceparentOf } from "../../src/model/trace.ts";

const TRACE = "0af7651916cd43dd8448eb211c80319c";
const known = `00-${TRACE}-b7ad6b7169203331-01`;

describe("a traceparent", () => {
  for (const [what, text] of [
    ["of version 00", known],
    ["that is not sampled", `${known.slice(0, -2)}00`],
    ["of a later version, with more behind it", `01${known.slice(2)}-more`],
  ] as const) {
    it(`${what} is kept`, () => {
      expect(traceparentOf(text)).to.equal(text);
    });
  }

  for (const [what, text] of [
    ["of version 00 with more behind it", `${known}-more`],
    ["with a text behind its flags", `${known}more`],
    ["of the version ff", `ff${known.slice(2)}`],
    ["whose trace id is zeros", known.replace(TRACE, "0".repeat(32))],
    ["in capitals", known.toUpperCase()],
    ["that is empty", ""],
  ] as const) {
    it(`${what} is replaced by a new one`, () => {
      const made = traceparentOf(text);
      expect(isTraceparent(made)).to.equal(true);
      expect(traceIdOf(made)).not.to.equal(TRACE);
    });
  }
});
