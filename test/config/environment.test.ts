import { expect } from "chai";
import { load, problemsOf, workflowOf } from "./parts.ts";

describe("an environment variable in a value", () => {
  it("is put in, or its default where it is not set", async () => {
    const text = `upstream:
  url: http://\${HOST}:\${PORT:-3000}/a
  headers: { Authorization: "Bearer \${TOKEN:-}" }
`;
    const { upstream } = await load(text, { HOST: "10.0.0.1" });
    expect(upstream.url).to.equal("http://10.0.0.1:3000/a");
    expect(upstream.headers).to.deep.equal({ Authorization: "Bearer " });
  });

  it("gives way to its default when it is empty, as in a shell", async () => {
    const text = 'upstream: { url: "http://${HOST:-h}:${PORT:-3000}${PATH_OF_IT}" }\n';
    const { upstream } = await load(text, { HOST: "", PORT: "80", PATH_OF_IT: "" });
    expect(upstream.url).to.equal("http://h:80");
  });

  it("may be a number or a boolean, with and without quotes", async () => {
    const text = `upstream: { url: "http://h", caseSensitive: "\${STRICT}" }
listen:
  port: \${PORT}
admin: { port: "\${ADMIN_PORT:-9001}" }
`;
    const config = await load(text, { PORT: "9000", STRICT: "true" });
    expect(config.listen.port).to.equal(9000);
    expect(config.admin.port).to.equal(9001);
    expect(config.upstream.caseSensitive).to.equal(true);
  });

  it("stays a text where a text belongs, even one of digits", async () => {
    const text = `upstream: { url: "http://h" }
admin:
  users:
    ada: \${PASSWORD}
`;
    const { admin } = await load(text, { PASSWORD: "0123456789" });
    expect(admin.users).to.deep.equal({ ada: "0123456789" });
  });

  it("is not put in where it is escaped, and not looked for in keys", async () => {
    const text = `upstream: { url: "http://h", headers: { A: "$\${HOME}", "\${HOME}": b } }\n`;
    const [problem] = await problemsOf(text, { HOME: "/root" });
    expect(problem).to.match(
      /^gateway.yaml:1:\d+: upstream.headers: "\$\{HOME\}" is not a valid header/,
    );
    const { upstream } = await load(text.replace(', "${HOME}": b', ""), { HOME: "/root" });
    expect(upstream.headers).to.deep.equal({ A: "${HOME}" });
  });

  it("that is not set is a problem at its place, and the only one there", async () => {
    const text = `upstream:
  url: http://\${HOST}
listen: { port: "\${PORT}" }
store: { url: "sqlite:\${A}\${B}" }
`;
    expect(await problemsOf(text)).to.deep.equal([
      "gateway.yaml:2:15: upstream.url: the environment variable HOST is not set; set it, or give a default: ${HOST:-…}",
      "gateway.yaml:3:18: listen.port: the environment variable PORT is not set; set it, or give a default: ${PORT:-…}",
      "gateway.yaml:4:23: store.url: the environment variable A is not set; set it, or give a default: ${A:-…}",
      "gateway.yaml:4:27: store.url: the environment variable B is not set; set it, or give a default: ${B:-…}",
    ]);
  });

  it("can't add YAML: a value that looks like a mapping stays a text", async () => {
    const text = `upstream: { url: "http://h" }\nredact:\n  - \${NAME}\n`;
    const { redact } = await load(text, { NAME: "a: { b: [c" });
    expect(redact).to.deep.equal(["a: { b: [c"]);
  });

  it("is never scanned for expressions, nor for variables (injection)", async () => {
    const steps = '      - { type: say, message: "${A} ${{ trigger.user.name }}" }\n';
    const { workflows } = await load(workflowOf(steps), { A: "${{ secrets.KEY }} ${B}", B: "b" });
    const scope = { trigger: { user: { name: "Ada" } }, secrets: { KEY: "k" } };
    expect(workflows[0]?.steps[0]?.configure(scope)).to.deep.include({
      message: "${{ secrets.KEY }} ${B} Ada",
    });
  });

  it("is refused inside an expression, where it would be read as one (injection)", async () => {
    const steps = `      - { type: check, if: "\${A}" }
      - { type: say, message: "\${{ \${A} }}" }
`;
    expect(await problemsOf(workflowOf(steps), { A: "true" })).to.deep.equal([
      "gateway.yaml:7:29: workflows.guard.steps.0.if: ${A} can't stand inside an expression; write secrets.A, which is a text",
      "gateway.yaml:8:36: workflows.guard.steps.1.message: ${A} can't stand inside an expression; write secrets.A, which is a text",
    ]);
  });

  it("is left alone in code of another language", async () => {
    const steps = "      - { type: code, code: 'return `${A} ${{b}.b}`' }\n";
    const { workflows } = await load(workflowOf(steps));
    expect(workflows[0]?.steps[0]?.configure({})).to.deep.equal({ code: "return `${A} ${{b}.b}`" });
  });

  it("is put into steps with its type when it stands without quotes", async () => {
    const steps = `      - type: say
        message: \${TEXT}
        count: \${COUNT}
`;
    const { workflows } = await load(workflowOf(steps), { TEXT: "0x10", COUNT: "7" });
    expect(workflows[0]?.steps[0]?.configure({})).to.include({ message: "0x10", count: 7 });
  });

  it("does not enter the definition that is recorded", async () => {
    const steps = '      - { type: say, message: "${PASSWORD}" }\n';
    const { workflows } = await load(workflowOf(steps), { PASSWORD: "s3cret" });
    expect(workflows[0]?.definition.source).to.contain("${PASSWORD}").and.not.contain("s3cret");
    expect(workflows[0]?.definition.hash).to.match(/^[0-9a-f]{64}$/);
  });
});
