import { expect } from "chai";
import type { OutboundRequest } from "../../src/model/outbound.ts";
import { headerValue } from "../../src/model/headers.ts";
import type { StepServices } from "../../src/model/step-context.ts";
import { StepError } from "../../src/model/step-error.ts";
import { request as call } from "undici";
import { type Answer, type TestUpstream, answerJson, startUpstream } from "../support/upstream.ts";
import { failureOf, mistakesIn, ran, typeOf } from "./step-context.ts";

describe("a request", () => {
  let api: TestUpstream;
  let answer: Answer;
  beforeEach(async () => {
    answer = (_request, response) => answerJson(response, 200, { ok: true });
    api = await startUpstream((...args) => answer(...args));
  });
  afterEach(() => api.stop());

  const to = (path: string) => ({ url: api.url + path, literalOrigin: true });
  const sent = () => {
    const [asked] = api.asked;
    if (asked === undefined) throw new Error("nothing was sent");
    const { method, url, headers, body } = asked;
    return {
      method,
      url,
      body: body.toString(),
      header: (name: string) => headerValue(headers, name),
    };
  };

  it("has 5 minutes where it has no timeout, so that one that hangs holds up no others", () => {
    expect(typeOf("request").timeout).to.equal(300_000);
  });

  it("gives status, headers and the parsed data of a JSON answer", async () => {
    const { outcome } = await ran("request", { url: to("/pay") }, { services });
    expect(outcome.result).to.deep.include({ status: 200, data: { ok: true } });
    expect(outcome.result).to.have.nested.property("headers.content-type", "application/json");
  });

  it("parses application/problem+json too, and gives what is not JSON as text", async () => {
    answer = (_request, response) =>
      response
        .writeHead(200, { "content-type": "application/problem+json; charset=utf-8" })
        .end('{"a":1}');
    const problem = await ran("request", { url: to("/") }, { services });
    expect(problem.outcome.result).to.have.property("data").that.deep.equals({ a: 1 });
    answer = (_request, response) =>
      response.writeHead(200, { "content-type": "text/html" }).end("[1]");
    const page = await ran("request", { url: to("/") }, { services });
    expect(page.outcome.result).to.have.property("data", "[1]");
    answer = (_request, response) =>
      response.writeHead(200, { "content-type": "application/json" }).end("{");
    const broken = await ran("request", { url: to("/") }, { services });
    expect(broken.outcome.result).to.have.property("data", "{");
  });

  it("is a POST unless it says otherwise, and sends objects as JSON", async () => {
    await ran("request", { url: to("/pay"), body: { amount: 3, to: ["a"] } }, { services });
    expect(sent()).to.deep.include({
      method: "POST",
      url: "/pay",
      body: '{"amount":3,"to":["a"]}',
    });
    expect(sent().header("content-type")).to.equal("application/json");
  });

  it("sends a text as it is", async () => {
    await ran(
      "request",
      { url: to("/"), body: "a=1", headers: { "Content-Type": "text/csv" } },
      { services },
    );
    expect(sent().body).to.equal("a=1");
    expect(sent().header("content-type")).to.equal("text/csv");
  });

  it("sends an object as a form where its Content-Type says so", async () => {
    const headers = { "content-type": "Application/X-WWW-Form-Urlencoded" };
    await ran("request", { url: to("/"), headers, body: { a: "x y", list: [1, 2] } }, { services });
    expect(sent().body).to.equal("a=x%20y&list%5B%5D=1&list%5B%5D=2");
  });

  for (const [where, config] of [
    ["a query", { query: { q: "\ud800" } }],
    ["a name of a query", { query: { "\ud800": "q" } }],
    ["a text", { body: "\ud800" }],
    [
      "a form",
      { body: { q: ["\ud800"] }, headers: { "content-type": "application/x-www-form-urlencoded" } },
    ],
  ] as const) {
    it(`errs on half a character in ${where}, and sends no other in its place`, async () => {
      const error = await failureOf("request", { url: to("/"), ...config }, { services });
      expect(error).to.have.property("code", "BAD_TEXT");
      expect(api.asked).to.deep.equal([]);
    });
  }

  it("sends half a character in JSON as JSON has it", async () => {
    await ran("request", { url: to("/"), body: { q: "\ud800" } }, { services });
    expect(sent().body).to.equal('{"q":"\\ud800"}');
  });

  it("sends no body where there is none", async () => {
    await ran("request", { method: "GET", url: to("/") }, { services });
    expect(sent()).to.deep.include({ method: "GET", body: "" });
    expect(sent().header("content-type")).to.equal(null);
  });

  it("adds to the URL's own query, encoded", async () => {
    const query = { q: "a&b", tags: ["x"], none: null };
    await ran("request", { method: "GET", url: to("/find?page=1#top"), query }, { services });
    expect(sent().url).to.equal("/find?page=1&q=a%26b&tags%5B%5D=x");
  });

  it("carries its idempotency key when it writes, unless it sets its own", async () => {
    await ran("request", { url: to("/") }, { services });
    expect(sent().header("idempotency-key")).to.equal("run-1:pay");
    api.asked.length = 0;
    await ran("request", { url: to("/"), headers: { "Idempotency-Key": "mine" } }, { services });
    expect(sent().header("idempotency-key")).to.equal("mine");
    api.asked.length = 0;
    await ran("request", { method: "GET", url: to("/") }, { services });
    expect(sent().header("idempotency-key")).to.equal(null);
  });

  it("carries the headers of its run, once each, and can't forge the depth", async () => {
    const propagatedHeaders = { "Workflow-Depth": "1;abc", "X-Request-Id": "r1" };
    const headers = { "workflow-depth": "0", Authorization: "Bearer mine" };
    await ran(
      "request",
      { url: to("/"), headers },
      { services, propagatedHeaders: propagatedHeaders },
    );
    expect(sent().header("workflow-depth")).to.equal("1;abc");
    expect(sent().header("x-request-id")).to.equal("r1");
    expect(sent().header("authorization")).to.equal("Bearer mine");
    const names = api.asked[0]?.headers.filter((text) => /^workflow-depth$/i.test(text));
    expect(names).to.have.length(1);
  });

  const failures: [number, boolean][] = [
    [304, false],
    [400, false],
    [404, false],
    [408, true],
    [429, true],
    [500, true],
    [503, true],
  ];
  for (const [status, retryable] of failures) {
    it(`errs on ${status}, ${retryable ? "which is" : "which is not"} worth another attempt`, async () => {
      answer = (_request, response) => response.writeHead(status).end();
      const error = await failureOf("request", { url: to("/pay?token=t") }, { services });
      expect(error).to.deep.include({ code: "REQUEST_FAILED", retryable, retryAfter: null });
      expect(error.message).to.equal(`POST ${api.url} answered ${status}`);
    });
  }

  for (const [value, wait] of [
    ["7", 7_000],
    ["Fri, 02 Jan 2026 03:04:15 GMT", 10_000],
  ] as const) {
    it(`passes on what Retry-After asks: ${value}`, async () => {
      answer = (_request, response) => response.writeHead(429, { "retry-after": value }).end();
      const { retryAfter } = await failureOf("request", { url: to("/") }, { services });
      expect(retryAfter).to.equal(wait);
    });
  }

  it("with ignoreFailure gives a bad status as its result", async () => {
    answer = (_request, response) => answerJson(response, 404, { error: "none" });
    const config = { url: to("/"), ignoreFailure: true };
    const { outcome } = await ran("request", config, { services });
    expect(outcome.result).to.deep.include({ status: 404, data: { error: "none" } });
  });

  it("with ignoreFailure gives status 0 where no server answers", async () => {
    await api.stop();
    const config = { url: to("/"), ignoreFailure: true };
    const { outcome } = await ran("request", config, { services });
    expect(outcome.result).to.deep.equal({ status: 0, headers: {}, data: null });
  });

  it("with ignoreFailure still errs where egress does not allow the host", async () => {
    const config = { url: to("/"), ignoreFailure: true };
    const given = {
      services: {
        outbound: () => Promise.reject(new StepError("EGRESS_DENIED", "not there")),
      } as unknown as StepServices,
    };
    expect(await failureOf("request", config, given)).to.have.property("code", "EGRESS_DENIED");
  });

  it("with ignoreFailure is canceled with its run all the same", async () => {
    const signal = AbortSignal.abort(new Error("canceled"));
    const config = { url: to("/"), ignoreFailure: true };
    expect(await failureOf("request", config, { services, signal })).to.have.property("message");
    expect(api.asked).to.deep.equal([]);
  });

  it("counts as reading with GET and HEAD, and as acting with every other method", () => {
    const { acts, isReadOnly: looks, config } = typeOf("request");
    expect(acts).to.equal(true);
    const looking = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"].filter((method) =>
      looks(config.parse({ url: to("/"), method })),
    );
    expect(looking).to.deep.equal(["GET", "HEAD"]);
  });

  for (const value of ["a\r\nX-Admin: 1", "a\nb", "a\0"]) {
    it(`can't smuggle a header in by the value ${JSON.stringify(value)}`, () => {
      const config = { url: to("/"), headers: { "X-Name": value } };
      expect(mistakesIn("request", config)).to.have.length(1);
    });
  }
});

/** Calls without the rules of egress, which are not the step's business. */
const services = {
  outbound: async ({ to, method, headers, body, signal }: OutboundRequest) => {
    const options = { method: method as "GET", headers: { ...headers }, body, signal };
    const answer = await call(to.url, options);
    const bytes = Buffer.from(await answer.body.arrayBuffer());
    return {
      status: answer.statusCode,
      headers: answer.headers as Record<string, string>,
      body: bytes,
    };
  },
} as unknown as StepServices;
