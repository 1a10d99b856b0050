import { expect } from "chai";
import type { StepServices } from "../../src/model/step-context.ts";
import { failureOf, mistakesIn, ran, yetUnknown } from "./step-context.ts";

describe("an aggregate", () => {
  it("gives the number that is made of the upstream's records, asked for as the service", async () => {
    const { asked, services } = recordsThatGive(50755254975729665n);
    const config = { collection: "posts", filter: { open: true }, field: "price", function: "sum" };
    const { outcome } = await ran("aggregate", config, { services });
    expect(outcome.result).to.equal(50755254975729665n);
    expect(asked[0]?.slice(0, 2)).to.deep.equal([
      "posts",
      { filter: { open: true }, field: "price", function: "sum" },
    ]);
    expect(asked[0]?.at(-1)).to.have.property("caller", null);
  });

  it("as the caller errs where no client waits, rather than asking as the service", async () => {
    const { asked, services } = recordsThatGive(1);
    const config = { collection: "posts", function: "count", as: "caller" };
    expect(await failureOf("aggregate", config, { services })).to.have.property(
      "code",
      "NO_CALLER",
    );
    expect(asked).to.deep.equal([]);
  });

  it("is refused without a field, except to count, also where the collection is an expression", () => {
    const message = "field: needs a field, as any function except count does";
    expect(mistakesIn("aggregate", { collection: "posts", function: "sum" })).to.deep.equal([
      message,
    ]);
    expect(mistakesIn("aggregate", { collection: yetUnknown, function: "sum" })).to.include(
      message,
    );
    expect(mistakesIn("aggregate", { collection: "posts", function: "count" })).to.deep.equal([]);
  });
});

function recordsThatGive(number: number | bigint) {
  const asked: unknown[][] = [];
  const aggregate = (...args: unknown[]) => {
    asked.push(args);
    return Promise.resolve(number);
  };
  return { asked, services: { records: { aggregate } } as unknown as StepServices };
}
