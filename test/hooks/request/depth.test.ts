import { expect } from "chai";
import { depthOf } from "../../../src/hooks/request/depth.ts";

describe("how many workflows stand above a request", () => {
  const depth = depthOf(3);

  it("is what this gateway signed, and at its limit the last that may be", () => {
    expect(depth.read(depth.sign(2))).to.equal(2);
    expect(depth.read(depth.sign(3))).to.equal(3);
    expect(() => depth.read(depth.sign(4))).to.throw(/deeper than limits.depth \(3\)/);
    expect(depth.read(undefined)).to.equal(0);
  });

  for (const forged of ["9;", "9;0000", "-1;x", "1e9;x", "x", ";", "9", "0009;", ",,,"]) {
    it(`is 0 with ${forged}, which it did not sign`, () => {
      expect(depth.read(forged)).to.equal(0);
    });
  }

  it("is 0 with what another gateway signed, or a depth under another's signature", () => {
    expect(depth.read(depthOf(3).sign(2))).to.equal(0);
    expect(depth.read(depth.sign(2).replace("2;", "1;"))).to.equal(0);
  });

  it("is the largest where the header came twice, so that nobody starts anew by doubling it", () => {
    const twice = `${depth.sign(1)}, 9;forged, ${depth.sign(3)}`;
    expect(depth.read(twice)).to.equal(3);
    expect(() => depth.read(`0;x, ${depth.sign(4)}`)).to.throw(/deeper than limits.depth \(3\)/);
  });
});
