import { expect } from "chai";
import { depthOf } from "../../../src/hooks/request/depth.ts";

describe("how many workflows stand above a request", () => {
  const [key, other] = [Buffer.alloc(32, 1), Buffer.alloc(32, 2)];
  const depth = depthOf(3, [key]);

  it("is the number that this gateway signed, up to limits.depth", () => {
    expect(depth.read(depth.sign(2))).to.equal(2);
    expect(depth.read(depth.sign(3))).to.equal(3);
    expect(() => depth.read(depth.sign(4))).to.throw(/deeper than limits.depth \(3\)/);
    expect(depth.read(undefined)).to.equal(0);
  });

  for (const forged of ["9;", "9;0000", "-1;x", "1e9;x", "x", ";", "9", "0009;", ",,,"]) {
    it(`is 0 where the header is “${forged}”, which this gateway did not sign`, () => {
      expect(depth.read(forged)).to.equal(0);
    });
  }

  it("is that of another instance with the same key, also where it signs with a newer one", () => {
    const newer = depthOf(3, [other, key]);
    expect(depthOf(3, [key]).read(depth.sign(2))).to.equal(2);
    expect(newer.read(depth.sign(2))).to.equal(2);
    expect(depthOf(3, [key, other]).read(newer.sign(1))).to.equal(1);
  });

  it("is 0 where a gateway of another store signed it, or the signature is that of another depth", () => {
    expect(depth.read(depthOf(3, [other]).sign(2))).to.equal(0);
    expect(depth.read(depth.sign(2).replace("2;", "1;"))).to.equal(0);
  });

  it("is the largest where the header came twice, so that a client can't reset it by a second one", () => {
    const twice = `${depth.sign(1)}, 9;forged, ${depth.sign(3)}`;
    expect(depth.read(twice)).to.equal(3);
    expect(() => depth.read(`0;x, ${depth.sign(4)}`)).to.throw(/deeper than limits.depth \(3\)/);
  });
});
