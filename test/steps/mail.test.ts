import { expect } from "chai";
import type { Mail, Message } from "../../src/model/mail.ts";
import type { StepServices } from "../../src/model/step-context.ts";
import { failureOf, mistakesIn, ran, typeOf, yetUnknown } from "./step-context.ts";

const config = { to: "ada@example.com", subject: "Hello", text: "Good morning" };

/** A mail server that takes everything. */
function taking(from: Mail["from"] = { name: "Shop", address: "shop@example.com" }) {
  const messages: Message[] = [];
  const mail: Mail = {
    from,
    send: (message) => {
      messages.push(message);
      return Promise.resolve();
    },
  };
  return { messages, services: { mail } as unknown as StepServices };
}

/** The id of the message that the step sends at a path. */
const idOf = async (path: string) => {
  const { messages, services } = taking();
  await ran("mail", config, { services, path });
  return messages[0]?.id ?? "";
};

describe("a mail step", () => {
  it("has 5 minutes where it has no timeout, so that one that hangs holds up no others", () => {
    expect(typeOf("mail").timeout).to.equal(300_000);
  });

  it("sends its message from the configured sender, and gives its id", async () => {
    const { messages, services } = taking();
    const { outcome } = await ran("mail", config, { services });
    expect(messages[0]).to.deep.include({
      from: { name: "Shop", address: "shop@example.com" },
      to: [{ name: "", address: "ada@example.com" }],
      subject: "Hello",
      text: "Good morning",
      html: null,
    });
    expect(outcome.result).to.equal(messages[0]?.id);
  });

  it("has a sender of its own, several recipients, and values that are no texts", async () => {
    const { messages, services } = taking();
    const more = {
      from: "Orders <orders@example.com>",
      to: ["Ada <ada@example.com>", '"Byron, Lord" <byron@example.com>'],
      cc: null,
      bcc: "hidden@example.com",
      replyTo: "answers@example.com",
      subject: 12,
      text: { total: 3 },
    };
    await ran("mail", more, { services });
    expect(messages[0]).to.deep.include({
      from: { name: "Orders", address: "orders@example.com" },
      to: [
        { name: "Ada", address: "ada@example.com" },
        { name: "Byron, Lord", address: "byron@example.com" },
      ],
      cc: [],
      bcc: [{ name: "", address: "hidden@example.com" }],
      replyTo: [{ name: "", address: "answers@example.com" }],
      subject: "12",
      text: '{"total":3}',
    });
  });

  it("gives its message an id of its run and path: the same on every attempt, another in every turn of a loop", async () => {
    const [first, again, other] = [
      await idOf("turns[0].tell"),
      await idOf("turns[0].tell"),
      await idOf("turns[1].tell"),
    ];
    expect(first).to.match(/^<run-1\.[0-9a-f]{16}@example\.com>$/);
    expect(again).to.equal(first);
    expect(other).to.not.equal(first);
  });

  for (const [field, value] of [
    ["to", "ada@example.com\r\nBcc: spy@example.com"],
    ["cc", "ada@example.com\nX: y"],
    ["from", "Shop\r\nX: y <shop@example.com>"],
    ["replyTo", ["ada@example.com\0"]],
    ["subject", "Hello\r\nBcc: spy@example.com"],
    ["subject", "Hello\nX: y"],
  ] as const) {
    it(`is refused with ${field} ${JSON.stringify(value)} (header injection)`, () => {
      const [mistake, ...others] = mistakesIn("mail", { ...config, [field]: value });
      expect(mistake).to.match(/should be one (address|line)/);
      expect(others).to.deep.equal([]);
    });
  }

  for (const address of [
    "",
    "ada",
    "ada@",
    "@example.com",
    "ada@example.com, spy@example.com",
    "ada@example.com; spy@example.com",
    "team: ada@example.com, spy@example.com;",
    "<ada@example.com> spy@example.com",
    "ada@example.com spy@example.com",
    '"spy@example.com, "@example.com',
    "ada@[127.0.0.1]",
    `${"a".repeat(65)}@example.com`,
  ]) {
    it(`is refused with the recipient ${JSON.stringify(address)}, which is not one address`, () => {
      expect(mistakesIn("mail", { ...config, to: address })).to.deep.equal([
        "to.0: should be one address: ada@example.com or Ada <ada@example.com>",
      ]);
    });
  }

  it("is refused without a recipient, without a body, and with more than 100 recipients", () => {
    const many = Array.from({ length: 60 }, (_, at) => `a${at}@example.com`);
    expect(mistakesIn("mail", { ...config, to: [] })).to.deep.equal(["to: should not be empty"]);
    expect(mistakesIn("mail", { to: "ada@example.com" })).to.deep.equal([
      ": text is missing, and so is html",
    ]);
    expect(mistakesIn("mail", { ...config, to: many, cc: many })).to.deep.equal([
      "to: has more than 100 recipients, with cc and bcc",
    ]);
  });

  it("may have values that are known only when it runs", () => {
    const fields = { to: yetUnknown, subject: yetUnknown, text: yetUnknown };
    const refused = mistakesIn("mail", fields);
    expect(refused).to.deep.equal(["to: should be an address, or a list of addresses"]);
  });

  it("errs without a sender, and is not to be tried again", async () => {
    const { services } = taking(null);
    const { code, retryable } = await failureOf("mail", config, { services });
    expect({ code, retryable }).to.deep.equal({ code: "NO_SENDER", retryable: false });
  });

  it("counts as one that acts", () => {
    expect(typeOf("mail")).to.include({ acts: true });
  });
});
