import { memoryRates } from "../../src/model/memory-rates.ts";
import { ratesContract } from "../support/rates-contract.ts";

describe("rates in memory", () => ratesContract(memoryRates));
