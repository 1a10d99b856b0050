import { once } from "node:events";
import { readFileSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import type { SMTPServerOptions } from "smtp-server";
import { type OpenedMail, openMail } from "../../src/mail/mail.ts";
import type { MailConfig, Message } from "../../src/model/mail.ts";
import { StepError } from "../../src/model/step-error.ts";
import { failureOf } from "../support/failure.ts";
import { type TestMailServer, refusing, startMailServer } from "../support/mail-server.ts";
import { until } from "../support/until.ts";

const certificate = (name: string) =>
  readFileSync(fileURLToPath(new URL(`../support/certificates/${name}`, import.meta.url)), "utf8");

const PASSWORD = "correct horse";

const login: SMTPServerOptions = {
  authOptional: false,
  onAuth({ username, password }, _session, done) {
    if (password === PASSWORD) done(null, { user: username ?? "" });
    else done(refusing(535, `wrong password ${String(password)}`));
  },
};

const encrypted: SMTPServerOptions = {
  disabledCommands: [],
  cert: certificate("server.crt"),
  key: certificate("server.key"),
};

const message: Message = {
  id: "<run-1.abc@example.com>",
  from: { name: "Shop", address: "shop@example.com" },
  to: [{ name: "", address: "ada@example.com" }],
  cc: [],
  bcc: [],
  replyTo: [],
  subject: "Hello",
  text: "Good morning",
  html: null,
};

describe("mail", () => {
  let server: TestMailServer | null = null;
  let mail: OpenedMail;

  afterEach(async () => {
    await mail.close(0);
    await server?.stop();
    server = null;
  });

  async function opened(
    options: SMTPServerOptions = {},
    config: Partial<MailConfig> = {},
    refusal: () => Error | null = () => null,
  ): Promise<TestMailServer> {
    server = await startMailServer(options, refusal);
    mail = openMail(configOf(server.port, config));
    return server;
  }
  const send = (given: Partial<Message> = {}, signal = new AbortController().signal) =>
    mail.send({ ...message, ...given }, signal);

  it("is handed to the server for all recipients, of whom the hidden ones are in no header", async () => {
    const { messages } = await opened();
    await send({
      to: [{ name: "Ada Lovelace", address: "ada@example.com" }],
      cc: [{ name: "", address: "carl@example.com" }],
      bcc: [{ name: "", address: "hidden@example.com" }],
      replyTo: [{ name: "", address: "answers@example.com" }],
      subject: "Größe: ✓",
    });
    expect(messages).to.have.length(1);
    expect(messages[0]).to.deep.include({
      from: "shop@example.com",
      to: ["ada@example.com", "carl@example.com", "hidden@example.com"],
    });
    expect(messages[0]?.headers).to.include({
      "message-id": "<run-1.abc@example.com>",
      from: "Shop <shop@example.com>",
      to: "Ada Lovelace <ada@example.com>",
      cc: "carl@example.com",
      "reply-to": "answers@example.com",
    });
    expect(messages[0]?.raw).to.include("Good morning").and.not.include("hidden@example.com");
  });

  it("with text and HTML has both, for the reader's program to choose", async () => {
    const { messages } = await opened();
    await send({ html: "<p>Good morning</p>" });
    expect(messages[0]?.headers["content-type"]).to.match(/^multipart\/alternative/);
    expect(messages[0]?.raw).to.include("<p>Good morning</p>");
  });

  it("leaves no connection open", async () => {
    const { connections } = await opened();
    await Promise.all(Array.from({ length: 12 }, () => send()));
    await until(() => connections() === 0);
    expect(connections()).to.equal(0);
  });

  it("logs in over STARTTLS", async () => {
    const { messages } = await opened({ ...login, ...encrypted }, withLogin(PASSWORD));
    await send();
    expect(messages[0]).to.deep.include({ user: "sidehook", secure: true });
  });

  it("logs in over TLS from the beginning", async () => {
    const config = { ...withLogin(PASSWORD), secure: true };
    const { messages } = await opened({ ...login, ...encrypted, secure: true }, config);
    await send();
    expect(messages[0]).to.deep.include({ user: "sidehook", secure: true });
  });

  it("sends no credentials where the server offers no STARTTLS (STARTTLS stripping)", async () => {
    const heard: unknown[] = [];
    const options: SMTPServerOptions = {
      ...login,
      onAuth: (auth, _session, done) => {
        heard.push(auth);
        done(null, { user: "" });
      },
    };
    const { messages } = await opened(options, withLogin(PASSWORD));
    const { code, retryable } = await failureOf(send(), StepError);
    expect({ code, retryable }).to.deep.equal({ code: "MAIL_FAILED", retryable: false });
    expect({ heard, messages }).to.deep.equal({ heard: [], messages: [] });
  });

  it("goes to no server whose certificate is not trusted", async () => {
    const tls = { ca: null, cert: null, key: null, servername: null };
    const { messages } = await opened({ ...login, ...encrypted }, { ...withLogin(PASSWORD), tls });
    expect((await failureOf(send(), StepError)).code).to.equal("MAIL_FAILED");
    expect(messages).to.deep.equal([]);
  });

  it("that the server refuses to log in errs, without the password, and is not to be tried again", async () => {
    const wrong = "hunter2 of old";
    await opened({ ...login, ...encrypted }, withLogin(wrong));
    const error = await failureOf(send(), StepError);
    expect(error).to.deep.include({ code: "MAIL_FAILED", retryable: false });
    expect(error.answered).to.deep.equal({ status: 535, body: "535 wrong password [redacted]" });
    expect(error.message).to.match(/Invalid login: 535 wrong password \[redacted\]$/);
  });

  for (const [status, retryable] of [
    [451, true],
    [452, true],
    [550, false],
    [554, false],
  ] as const) {
    const what = retryable ? "may be tried again" : "is not to be tried again";
    it(`that the server answers with ${status} errs, and ${what}`, async () => {
      await opened({}, {}, () => refusing(status, "no"));
      const error = await failureOf(send(), StepError);
      expect(error).to.deep.include({
        code: "MAIL_FAILED",
        retryable,
        answered: { status, body: `${status} no` },
      });
    });
  }

  it("that only some recipients get errs with those who do not, and is not to be tried again", async () => {
    const { messages } = await opened({
      onRcptTo: ({ address }, _session, done) =>
        done(address === "gone@example.com" ? refusing(450, "try later") : null),
    });
    const both = [...message.to, { name: "", address: "gone@example.com" }];
    const error = await failureOf(send({ to: both }), StepError);
    expect(error.retryable).to.equal(false);
    expect(error.message).to.include(
      "refused gone@example.com; the others have the message: 450 try later",
    );
    expect(messages[0]?.to).to.deep.equal(["ada@example.com"]);
  });

  it("may be tried again where there is no server", async () => {
    const { port, stop } = await startMailServer();
    await stop();
    mail = openMail(configOf(port));
    const error = await failureOf(send(), StepError);
    expect(error).to.deep.include({ code: "MAIL_FAILED", retryable: true });
    expect(error.message).to.include(`The mail server 127.0.0.1:${port}: `);
  });

  it("may be tried again where the server says nothing within the timeout", async () => {
    const silent = createServer(() => undefined).listen(0, "127.0.0.1");
    await once(silent, "listening");
    mail = openMail(configOf((silent.address() as AddressInfo).port, { timeout: 50 }));
    const error = await failureOf(send(), StepError);
    expect(error).to.deep.include({ code: "MAIL_FAILED", retryable: true });
    silent.close();
  });

  it("stops with what the step is aborted for", async () => {
    const silent = createServer(() => undefined).listen(0, "127.0.0.1");
    await once(silent, "listening");
    mail = openMail(configOf((silent.address() as AddressInfo).port));
    const reason = new Error("the client went away");
    const controller = new AbortController();
    const sent = send({}, controller.signal);
    silent.once("connection", () => controller.abort(reason));
    expect(await failureOf(sent, Error)).to.equal(reason);
    silent.close();
  });

  it("that is closed gives what is under way its time, then cuts it off", async () => {
    const silent = createServer(() => undefined).listen(0, "127.0.0.1");
    await once(silent, "listening");
    mail = openMail(configOf((silent.address() as AddressInfo).port));
    const failure = failureOf(send(), StepError);
    await once(silent, "connection");
    await mail.close(1);
    expect(await failure).to.deep.include({ code: "MAIL_FAILED" });
    silent.close();
  });

  it("that is not configured errs", async () => {
    mail = openMail(null);
    expect(await failureOf(send(), StepError)).to.include({ code: "NO_MAIL", retryable: false });
  });
});

const withLogin = (password: string): Partial<MailConfig> => ({
  auth: { user: "sidehook", password },
  startTls: "required",
  tls: { ca: certificate("authority.crt"), cert: null, key: null, servername: "localhost" },
});

const configOf = (port: number, given: Partial<MailConfig> = {}): MailConfig => ({
  host: "127.0.0.1",
  port,
  secure: false,
  startTls: "offered",
  auth: null,
  from: null,
  tls: { ca: null, cert: null, key: null, servername: null },
  timeout: 10_000,
  ...given,
});
