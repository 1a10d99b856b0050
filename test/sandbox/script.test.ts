import { expect } from "chai";
import type { Json } from "../../src/model/json.ts";
import type { AwaitTurn } from "../../src/model/program.ts";
import { type OpenedSandbox, openSandbox } from "../../src/sandbox/sandbox.ts";
import { checkProgram } from "../../src/sandbox/syntax.ts";

const MB = 1024 ** 2;

const atOnce: AwaitTurn = (turn) => turn;

describe("a script in the sandbox", function () {
  this.timeout(60_000); // a thread starts slowly on a busy machine
  let sandbox: OpenedSandbox;
  before(() => {
    sandbox = openSandbox({ resultLimit: MB, languages: ["javascript"], threads: 4 });
  });
  after(() => sandbox.close());

  const ran = (
    code: string,
    names: Readonly<Record<string, Json>> = {},
    { signal = new AbortController().signal, memory = 64 * MB } = {},
  ): Promise<Json> => {
    const program = { kind: "program", source: code, placeOf: placeIn(code) } as const;
    const input = { trigger: null, steps: {}, vars: {}, ...names };
    const at = new Date("2026-01-02T03:04:05Z");
    return sandbox.run(
      { language: "javascript", program, input, at, seed: "one", memory },
      signal,
      atOnce,
    );
  };
  const failure = async (...script: Parameters<typeof ran>) => {
    const value = await ran(...script).catch((error: unknown) => error);
    if (value instanceof Error) return value as Error & { code?: string };
    throw new Error(`it gave ${JSON.stringify(value)}`);
  };

  it("sees trigger, steps and vars, and gives what it returns", async () => {
    const code =
      "const { lines } = trigger.data; return lines.map(({ qty }) => qty * vars.price + steps.fee)";
    const names = {
      trigger: { data: { lines: [{ qty: 1 }, { qty: 2 }] } },
      vars: { price: 5 },
      steps: { fee: 1 },
    };
    expect(await ran(code, names)).to.deep.equal([6, 11]);
  });

  it("may await", async () => {
    const code = "const all = await Promise.all([1, 2].map(async (n) => n * 2)); return all";
    expect(await ran(code)).to.deep.equal([2, 4]);
  });

  it("gives null where it returns nothing", async () => {
    expect(await ran("vars.a = 1")).to.equal(null);
  });

  it("sees integers outside ±2^53 as texts, digit by digit", async () => {
    const names = { trigger: { id: 50755254975729665n, n: 5 } };
    expect(await ran("return [trigger.id, trigger.n]", names)).to.deep.equal([
      "50755254975729665",
      5,
    ]);
  });

  it("has one time in UTC, and the same random values on each attempt", async () => {
    const code =
      "return [Date.now(), new Date().toISOString(), new Date().getHours(), String(Date()).length > 0, new Date(0).getTime()]";
    const at = "2026-01-02T03:04:05.000Z";
    expect(await ran(code)).to.deep.equal([Date.parse(at), at, 3, true, 0]);
    const draw = "return [Math.random(), Math.random()]";
    const [first, second] = (await ran(draw)) as number[];
    expect(first).to.be.within(0, 1).and.not.equal(second);
    expect(await ran(draw)).to.deep.equal([first, second]);
  });

  it("keeps nothing for the next one", async () => {
    await ran(
      "globalThis.left = 1; Object.prototype.left = 1; Array.prototype.map = null; vars.left = 1",
    );
    expect(
      await ran("return [typeof left, typeof {}.left, [1].map((n) => n), vars]"),
    ).to.deep.equal(["undefined", "undefined", [1], {}]);
  });

  it("is forgotten with all it has made, also where it errs", async () => {
    // One thread, which would be at the end of its memory if it kept some of them.
    const own = openSandbox({ resultLimit: MB, languages: [], threads: 1 });
    const source = "globalThis.a = new Uint8Array(30e6); a.self = a; throw new Error('no')";
    const program = { kind: "program", source, placeOf: placeIn(source) } as const;
    const run = { language: "javascript", program, input: {}, at: new Date(0), seed: "" } as const;
    for (let n = 0; n < 100; n++) {
      const error: unknown = await own
        .run({ ...run, memory: 64 * MB }, new AbortController().signal, atOnce)
        .catch((thrown: unknown) => thrown);
      expect(error, `${n}`).to.include({ code: "SCRIPT_FAILED" });
      expect((error as Error).message).to.match(/^no /);
    }
    await own.close();
  });

  for (const [thrown, code, message] of [
    ["an error", "const a = 1;\n\nthrow new Error('no stock');", "no stock (gateway.yaml:3:7)"],
    [
      "a mistake",
      "return trigger.data.id",
      "TypeError: cannot read property 'data' of null (gateway.yaml:1:15)",
    ],
    ["a text", "throw 'no stock'", "no stock"],
    ["a value", "throw { status: 5 }", '{"status":5}'],
    [
      "after an await",
      "await 1;\n  missing()",
      "ReferenceError: 'missing' is not defined (gateway.yaml:2:3)",
    ],
  ] as const) {
    it(`that throws ${thrown} errs with it, and the line where it has one`, async () => {
      const error = await failure(code);
      expect(error).to.include({ code: "SCRIPT_FAILED" });
      expect(error.message.replace(/:\d+\)$/, ")")).to.equal(message.replace(/:\d+\)$/, ")"));
    });
  }

  for (const [what, code] of [
    ["a BigInt", "return { id: 5n }"],
    ["a circle", "const a = {}; a.a = a; return a"],
    ["a function", "return { f() {} }"],
    ["a symbol", "return Symbol('a')"],
    ["a number that is not finite", "return [1 / 0]"],
    [
      "what JSON was made to be",
      "JSON.stringify = () => ({ toString: () => 'no', length: 2 }); return 1n",
    ],
  ] as const) {
    it(`errs where it returns ${what}, which is not JSON`, async () => {
      expect(await failure(code)).to.include({ code: "RESULT_NOT_JSON" });
    });
  }

  it("errs where its result nests deeper than 500 (deep nesting)", async () => {
    expect(JSON.stringify(await ran(nested(500)))).to.match(/^\[\{"a":\[/);
    const error = await failure(nested(501));
    expect(error).to.include({
      code: "RESULT_NOT_JSON",
      message: "The result nests deeper than 500",
    });
  });

  it("gives what getters, toJSON and a Proxy say of themselves", async () => {
    const code =
      "return [{ get a() { return 1 } }, { toJSON: () => 2 }, new Proxy({ b: 3 }, {}), new Date()]";
    expect(await ran(code)).to.deep.equal([{ a: 1 }, 2, { b: 3 }, "2026-01-02T03:04:05.000Z"]);
  });

  it("errs with a result over limits.result, which is not carried over (huge text)", async () => {
    expect(await failure("return 'é'.repeat(600_000)")).to.include({ code: "RESULT_TOO_LARGE" });
    expect(await failure("return 'x'.repeat(20_000_000)")).to.include({ code: "RESULT_TOO_LARGE" });
  });

  for (const [bomb, code] of [
    ["lists", "const all = []; for (;;) all.push(new Array(1000).fill(1))"],
    ["buffers", "const all = []; for (;;) all.push(new Uint8Array(1e6))"],
  ] as const) {
    it(`that takes more than its memory ends, and the next one runs (bomb of ${bomb})`, async () => {
      const error = await failure(code, {}, { memory: 4 * MB });
      expect(error.code).to.equal("OUT_OF_MEMORY");
      expect(await ran("return 1")).to.equal(1);
    });
  }

  it("that calls itself without end errs, and the next one runs (deep recursion)", async () => {
    for (const code of [
      "const f = () => f() + 1; return f()",
      "let a = []; for (let n = 0; n < 1e5; n++) a = [a]; return a",
      "return JSON.parse('['.repeat(1e5))",
      "return eval('('.repeat(1e5))",
      "return new RegExp('('.repeat(1e5)).test('a')",
      "class A { get a() { return this.a } } return new A().a",
      "const p = new Proxy({}, { get: (t, n, r) => r[n] }); return p.a",
    ]) {
      const error = await failure(code);
      expect(error.code, code).to.be.oneOf(["SCRIPT_FAILED", "RESULT_NOT_JSON"]);
      expect(await ran("return 1")).to.equal(1);
    }
  });

  for (const [attack, code] of [
    ["infinite loop", "for (;;);"],
    ["infinite loop of promises", "const next = () => Promise.resolve().then(next); await next()"],
    ["infinite loop in a getter of the result", "return { get a() { for (;;); } }"],
    ["infinite loop in the message of an error", "throw { get message() { for (;;); } }"],
    ["a regular expression that backtracks", "return /^(a+)+$/.test('a'.repeat(60) + '!')"],
    ["a loop that catches all errors", "for (;;) try { for (;;); } catch {}"],
  ] as const) {
    it(`that never ends is ended with its signal, and others run meanwhile (${attack})`, async () => {
      const stop = new AbortController();
      const stuck = failure(code, {}, { signal: stop.signal });
      expect(await ran("return 1")).to.equal(1);
      stop.abort(new Error("time is over"));
      expect((await stuck).message).to.equal("time is over");
      expect(await ran("return 2")).to.equal(2);
    });
  }

  it("that waits for what never comes errs at once", async () => {
    expect((await failure("await new Promise(() => {})")).message).to.equal(
      "It waits for something that never comes",
    );
  });

  it("reaches nothing of Node (process, require, fetch, files, timers)", async () => {
    const names = [
      "process",
      "require",
      "module",
      "fetch",
      "console",
      "setTimeout",
      "Buffer",
      "WebAssembly",
      "performance",
      "window",
      "std",
      "os",
      "bjson",
      "navigator",
    ];
    const code = `return ${JSON.stringify(names)}.filter((name) => name in globalThis)`;
    expect(await ran(code)).to.deep.equal([]);
  });

  for (const [attack, code] of [
    [
      "constructor of a constructor",
      "return trigger.constructor.constructor('return process')().version",
    ],
    [
      "constructor of an async function",
      "return (async () => {}).constructor('return process')().then((p) => p.version)",
    ],
    ["this of a function", "return (function () { return this.process.version })()"],
    [
      "the stack of an error",
      "Error.prepareStackTrace = (_, all) => all; return new Error().stack[0].getThis().process.version",
    ],
    [
      "import of a module of Node",
      "return (await import('node:fs')).readFileSync('/etc/passwd', 'utf8')",
    ],
    ["import of a file", "return Object.keys(await import('/etc/passwd'))"],
    ["import of a file of the sandbox", "return Object.keys(await import('../thread.js'))"],
    [
      "import of what runs beside it",
      "(await import('clock.js')).decide(0, 0); return process.version",
    ],
    [
      "the caller of a function",
      "return (function f() { return f.caller.constructor('return process')() })().version",
    ],
  ] as const) {
    it(`errs where it tries to get out (${attack})`, async () => {
      expect(await failure(code, { trigger: {} })).to.include({ code: "SCRIPT_FAILED" });
    });
  }

  it("changes no prototype of the process by its result (__proto__, constructor)", async () => {
    const code = `return JSON.parse('{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}')`;
    const result = (await ran(code)) as object;
    expect(Object.getPrototypeOf(result)).to.equal(Object.prototype);
    expect(({} as { polluted?: number }).polluted).to.equal(undefined);
  });
});

describe("a script that can't be read", () => {
  for (const [code, offset, message] of [
    ["const a = ;", 10, "unexpected token in expression: ';'"],
    ["let a;\n  let b = (1 +;\n", 21, "unexpected token in expression: ';'"],
    ["return 1 +", 10, "unexpected token in expression: '}'"],
    ["import fs from 'fs'", 7, "expecting '('"],
  ] as const) {
    it(`is found out with the place, before it runs: ${JSON.stringify(code)}`, async () => {
      expect(await checkProgram("javascript", code)).to.deep.equal({ offset, message });
    });
  }

  it("is found out also where it nests too deep", async () => {
    expect(await checkProgram("javascript", "(".repeat(200_000))).to.have.property("message");
    expect(await checkProgram("jsonata", "(".repeat(200_000))).to.have.property("message");
    expect(await checkProgram("jmespath", "(".repeat(200_000))).to.have.property("message");
  });
});

/** A program that stands alone in its file. */
/** A script whose result nests so deep. */
const nested = (depth: number) =>
  `let a = []; for (let n = 1; n < ${depth}; n++) a = n % 2 ? [a] : { a }; return a`;

const placeIn = (code: string) => (offset: number) => {
  const before = code.slice(0, offset).split("\n");
  return { file: "gateway.yaml", line: before.length, col: (before.at(-1) ?? "").length + 1 };
};
