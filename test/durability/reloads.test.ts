import { expect } from "chai";
import { MOST_GROWTH, reloadUnderLoad } from "./reloads.ts";

// The long form: npm run test:endurance
describe("a gateway under load that is reloaded 60 times, half of them with a broken configuration", function () {
  this.timeout(240_000);

  it("fails no request, answers each by one whole configuration, and does not grow", async () => {
    const { requests, growth, ...others } = await reloadUnderLoad(60);
    expect(others).to.deep.equal({ taken: 30, refused: 30, failed: [] });
    expect(requests).to.be.above(60);
    expect(growth).to.be.below(MOST_GROWTH);
  });
});
