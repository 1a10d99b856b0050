import type { JsonObject } from "../model/json.ts";
import type { Mailbox } from "../model/mail.ts";
import type { OutboundRequest } from "../model/outbound.ts";
import type { SqlStatement } from "../model/sql-statement.ts";
import type { StepServices } from "../model/step-context.ts";
import { type Hold, notMocked } from "./act.ts";

/** A world in which nothing is outside: a step that needs it errs, and that is told. */
export function closedWorld(services: StepServices, hold: Hold): StepServices {
  const refuse = (what: string): never => {
    hold(what);
    throw notMocked(`it would ${what}`);
  };
  return {
    ...services,
    records: new Proxy(services.records, {
      get: (_records, action: string) => (collection: string) =>
        refuse(`${action} ${collection} at the upstream`),
    }),
    outbound: async (request) => refuse(`send ${lineOf(request)}`),
    databases: { query: async (name) => refuse(`ask the database ${name}`) },
    mail: { from: NO_SENDER, send: async ({ to }) => refuse(`send mail to ${recipients(to)}`) },
  };
}

/** A world that is looked at and stays as it is: reads of the upstream are done, all else is noted, and its result made up. */
export function unchangedWorld(services: StepServices, hold: Hold): StepServices {
  const { records } = services;
  return {
    ...services,
    records: {
      ...records,
      async create(collection, values) {
        hold(`create ${collection}`, values);
        return { id: 0, ...values };
      },
      async update(collection, key, values, access) {
        hold(`update ${collection} ${key}`, values);
        const before = await records.get(collection, key, [], access);
        return { ...(before as JsonObject | null), ...values };
      },
      async destroy(collection, key, access) {
        hold(`destroy ${collection} ${key}`);
        return records.get(collection, String(key), [], access);
      },
    },
    async outbound(request) {
      const body = typeof request.body === "string" ? request.body : null;
      hold(`send ${lineOf(request)}`, body);
      const headers = { "content-type": "application/json" };
      return { status: 200, headers, body: Buffer.from("{}") };
    },
    databases: {
      async query(name, { texts, names }, params) {
        hold(`ask the database ${name}`, { sql: written({ texts, names }), params });
        return [];
      },
    },
    mail: {
      from: services.mail.from,
      async send({ to, subject, text, html }) {
        hold(`send mail to ${recipients(to)}`, { subject, text: text ?? html });
      },
    },
  };
}

/** Of a mail that is not sent. */
const NO_SENDER: Mailbox = { name: "", address: "nobody@example.com" };

const recipients = (to: readonly Mailbox[]) => to.map(({ address }) => address).join(", ");

/** The world as it is. */
export const realWorld = (services: StepServices): StepServices => services;

/** The statement as it was written. */
const written = ({ texts, names }: SqlStatement): string =>
  texts.map((text, index) => (index === 0 ? text : `:${names[index - 1]}${text}`)).join("");

/** Without the query, which may hold credentials. */
const lineOf = ({ method, to }: OutboundRequest): string => `${method} ${to.url.split("?")[0]}`;
