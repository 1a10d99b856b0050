import { expect } from "chai";
import type { Json } from "../../src/model/json.ts";
import type { AwaitTurn, ProgramLanguage } from "../../src/model/program.ts";
import { type OpenedSandbox, openSandbox } from "../../src/sandbox/sandbox.ts";
import { turnsDuring } from "../support/turns.ts";

const MB = 1024 ** 2;

const atOnce: AwaitTurn = (turn) => turn;

const placeOf = (offset: number) => ({ file: "gateway.yaml", line: 7, col: offset + 1 });

describe("a query in the sandbox", function () {
  this.timeout(60_000); // a thread starts slowly on a busy machine
  let sandbox: OpenedSandbox;
  before(() => {
    sandbox = openSandbox({ resultLimit: MB, languages: [], threads: 4 });
  });
  after(() => sandbox.close());

  const asked = (
    language: ProgramLanguage,
    source: string,
    input: Json = null,
    {
      signal = new AbortController().signal,
      memory = 64 * MB,
      awaitTurn = atOnce,
    }: { signal?: AbortSignal; memory?: number; awaitTurn?: AwaitTurn } = {},
  ): Promise<Json> => {
    const program = { kind: "program", source, placeOf } as const;
    const at = new Date("2026-01-02T03:04:05Z");
    return sandbox.run({ language, program, input, at, seed: "one", memory }, signal, awaitTurn);
  };
  const failure = async (...question: Parameters<typeof asked>) => {
    const value = await asked(...question).catch((error: unknown) => error);
    if (value instanceof Error) return value as Error & { code?: string };
    throw new Error(`it gave ${JSON.stringify(value)}`);
  };

  it("is answered by JSONata", async () => {
    const order = {
      lines: [
        { sku: "a", qty: 2, price: 1.5 },
        { sku: "b", qty: 1, price: 4 },
      ],
    };
    expect(await asked("jsonata", "$sum(lines.(qty * price))", order)).to.equal(7);
    expect(await asked("jsonata", "lines[qty > 1].{ 'id': sku }", order)).to.deep.equal({
      id: "a",
    });
  });

  it("is answered by JMESPath", async () => {
    const order = {
      lines: [
        { sku: "a", qty: 2 },
        { sku: "b", qty: 1 },
      ],
    };
    expect(await asked("jmespath", "lines[?qty > `1`].sku | [0]", order)).to.equal("a");
  });

  it("gives null where it finds nothing", async () => {
    expect(await asked("jsonata", "a.b", {})).to.equal(null);
    expect(await asked("jmespath", "a.b", {})).to.equal(null);
  });

  it("finds integers outside ±2^53 as texts, digit by digit", async () => {
    const data = { id: 50755254975729665n, n: 5 };
    expect(await asked("jsonata", "id & '/' & n", data)).to.equal("50755254975729665/5");
    expect(await asked("jmespath", "id", data)).to.equal("50755254975729665");
  });

  it("has functions of text, time, URLs and base64 as on Node", async () => {
    for (const [expression, value] of [
      ["$base64decode($base64encode('hé'))", "hé"],
      ["$encodeUrlComponent('ä b')", "%C3%A4%20b"],
      ["$formatNumber(12345.6, '#,###.00')", "12,345.60"],
      ["$fromMillis(0, '[Y]-[M01]-[D01]')", "1970-01-01"],
      ["$replace('2026-01', /(\\d+)-(\\d+)/, '$2/$1')", "01/2026"],
      ["$toMillis('1970-01-01T00:00:01Z')", 1_000],
    ] as const) {
      expect(await asked("jsonata", expression), expression).to.equal(value);
    }
  });

  it("has one time, and the same random values on each attempt", async () => {
    expect(await asked("jsonata", "$now()")).to.equal("2026-01-02T03:04:05.000Z");
    expect(await asked("jsonata", "$millis()")).to.equal(Date.parse("2026-01-02T03:04:05Z"));
    const draw = () => asked("jsonata", "[$random(), $random(), $shuffle([1..20])]");
    const [first, second] = (await draw()) as number[];
    expect(first).to.be.within(0, 1).and.not.equal(second);
    expect(await draw()).to.deep.equal(await draw());
  });

  it("that fails is told with what is wrong, and where", async () => {
    const error = await failure("jsonata", "1 + $sum(names)", { names: ["a"] });
    expect(error).to.include({ code: "QUERY_FAILED" });
    expect(error.message).to.equal(
      'Argument 1 of function "sum" must be an array of "numbers" (gateway.yaml:7:6)',
    );
    expect((await failure("jmespath", "sum(@)", "a")).message).to.include("TypeError: sum()");
  });

  it("errs with a value that is not JSON", async () => {
    for (const expression of ["$sum", "function($x) { $x }", "{ 'a': $sum }", "1 / 0"]) {
      const error = await failure("jsonata", expression);
      expect(error, expression).to.include({ code: "RESULT_NOT_JSON" });
    }
  });

  it("errs with a result over limits.result, which is not carried over", async () => {
    const error = await failure("jsonata", "$pad('', 2000000, 'é')");
    expect(error).to.include({ code: "RESULT_TOO_LARGE" });
  });

  it("that takes more than its memory ends, and the next is answered (doubling of a text)", async () => {
    const error = await failure("jsonata", "($f := function($s) { $f($s & $s) }; $f('x'))");
    expect(error).to.include({ code: "OUT_OF_MEMORY" });
    expect(await asked("jsonata", "1")).to.equal(1);
  });

  it("that counts without end errs at once where the range is too long", async () => {
    const error = await failure("jsonata", "[1..1e9]");
    expect(error.message).to.match(/must not exceed 1e7/);
  });

  for (const [attack, expression] of [
    ["infinite recursion", "($f := function($x) { $f($x + 1) }; $f(1))"],
    ["a regular expression that backtracks", "$match($pad('', 60, 'a') & '!', /^(a+)+$/)"],
    ["code in the data, for $eval", "$eval(code)"],
  ] as const) {
    it(`that never ends is ended with its signal, and the next is answered (${attack})`, async () => {
      const stop = new AbortController();
      const data = { code: "($f := function($x) { $f($x + 1) }; $f(1))" };
      // Whatever else the thread does first: it is at the query when it has answered another.
      const stuck = failure("jsonata", expression, data, { signal: stop.signal });
      expect(await asked("jsonata", "1")).to.equal(1);
      stop.abort(new Error("time is over"));
      expect((await stuck).message).to.equal("time is over");
      expect(await asked("jsonata", "2")).to.equal(2);
    });
  }

  it("reaches nothing of the process, nor of another query (prototypes, globals)", async () => {
    for (const [language, expression] of [
      ["jsonata", "constructor.constructor"],
      ["jsonata", "__proto__.polluted"],
      ["jsonata", "$eval('process')"],
      ["jmespath", "__proto__"],
      ["jmespath", "constructor"],
    ] as const) {
      const value = await asked(language, expression, {}).catch(() => null);
      expect(value, expression).to.equal(null);
    }
    await asked("jsonata", "$merge([{ '__proto__': { 'polluted': 1 } }])").catch(() => null);
    expect(await asked("jsonata", "polluted", {})).to.equal(null);
    expect(({} as { polluted?: number }).polluted).to.equal(undefined);
  });

  it("waits for a thread, no longer than its own signal allows, where all are taken", async () => {
    const stop = new AbortController();
    const endless = "($f := function($x) { $f($x + 1) }; $f(1))";
    const stuck = Array.from({ length: 6 }, () =>
      failure("jsonata", endless, null, { signal: stop.signal }),
    );
    const late = await failure("jsonata", "1", null, { signal: AbortSignal.timeout(50) });
    expect(late).to.include({ name: "TimeoutError" });
    const waiting = asked("jsonata", "1");
    stop.abort(new Error("time is over"));
    await Promise.all(stuck);
    expect(await waiting).to.equal(1);
  });

  it("has its own time from when a thread is there: until then it waits for its turn", async () => {
    const stop = new AbortController();
    const stuck = Array.from({ length: 6 }, () =>
      failure("jsonata", "($f := function($x) { $f($x + 1) }; $f(1))", null, {
        signal: stop.signal,
      }),
    );
    const order: string[] = [];
    const awaitTurn: AwaitTurn = async (turn) => {
      order.push("waits");
      const own = await turn;
      order.push("begins");
      return own;
    };
    const waiting = asked("jsonata", "1", null, { awaitTurn });
    expect(order).to.deep.equal(["waits"]);
    stop.abort(new Error("time is over"));
    expect(await waiting).to.equal(1);
    expect(order).to.deep.equal(["waits", "begins"]);
    await Promise.all(stuck);
  });

  it("holds up nobody while its data is written for it (huge data, many small values)", async () => {
    const rows = Array.from({ length: 50_000 }, (_, n) => ({ n, id: 2n ** 60n + BigInt(n) }));
    expect(await asked("jmespath", "`1`")).to.equal(1);
    let turns = 0;
    const awaitTurn: AwaitTurn = async (turn) => {
      turns = await turnsDuring(turn);
      return turn;
    };
    const last = await asked("jmespath", "rows[-1]", { rows }, { memory: 512 * MB, awaitTurn });
    expect(last).to.deep.equal({ n: 49_999, id: String(2n ** 60n + 49_999n) });
    expect(turns).to.be.at.least(3);
  });
});
