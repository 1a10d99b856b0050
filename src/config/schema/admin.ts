import { z } from "zod";
import { port, text } from "./field-types.ts";

const LOOPBACK = /^(localhost|127(\.\d+){3}|::1|\[::1\])$/;

/** `admin:`. Callers from outside must sign in. See docs/operation.md, "Admin port". */
export const admin = z
  .strictObject({
    host: text.default("127.0.0.1"),
    port: port.default(8081),
    users: z
      .record(
        z.string().regex(/^[^:]+$/, { error: "a user's name is not empty and has no colon" }),
        z.string().min(1, { error: "a password should not be empty" }),
      )
      .default({}),
  })
  .superRefine(({ host, users }, context) => {
    if (LOOPBACK.test(host) || Object.keys(users).length > 0) return;
    const message = `${host} is not loopback, so the admin port needs users: { name: password }`;
    context.addIssue({ code: "custom", path: ["host"], message });
  });
