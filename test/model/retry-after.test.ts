import { expect } from "chai";
import { retryAfter } from "../../src/model/retry-after.ts";

const now = new Date("1994-11-06T08:49:07Z");

describe("a Retry-After", () => {
  for (const [value, milliseconds] of [
    ["120", 120_000],
    ["2030", 2_030_000],
    [" 0 ", 0],
    ["Sun, 06 Nov 1994 08:49:37 GMT", 30_000],
    ["Sunday, 06-Nov-94 08:49:37 GMT", 30_000],
    ["Sun Nov  6 08:49:37 1994", 30_000],
    ["Sat, 05 Nov 1994 08:49:37 GMT", 0],
  ] as const) {
    it(`of "${value}" asks for ${milliseconds} ms`, () => {
      expect(retryAfter(value, now)).to.equal(milliseconds);
    });
  }

  for (const value of [
    "",
    "99999999999999",
    "9".repeat(400),
    "-5",
    "1.5",
    "1e9",
    "Infinity",
    "soon",
    "1994-11-06T09:49:37Z",
    "Fri, 31 Dec 9999 23:59:59 GMT",
    "Sun, 36 Nov 1994 08:49:37 GMT",
    "120, 120",
  ]) {
    it(`of "${value.slice(0, 40)}" is ignored`, () => {
      expect(retryAfter(value, now)).to.equal(null);
    });
  }

  it("that is not there asks for nothing", () => {
    expect(retryAfter(null, now)).to.equal(null);
  });
});
