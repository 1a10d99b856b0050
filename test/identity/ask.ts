import { request } from "undici";
import { GatewayError } from "../../src/model/errors.ts";
import { secretNames } from "../../src/model/secrets.ts";
import type { Upstream } from "../../src/model/upstream.ts";
import type { IdentifyParts } from "../../src/identity/identify.ts";

/** Asks a real upstream, and tells failures as the proxy does. */
export function asking(url: string): Upstream["fetch"] {
  return async ({ method, path, headers, signal }) => {
    const options = { method, headers: [...headers], signal, headersTimeout: 1_000 };
    try {
      const answer = await request(url + path, { ...options, responseHeaders: "raw" });
      const raw = (answer.headers as unknown as (string | Buffer)[]).map((text) => text.toString());
      const body = Buffer.from(await answer.body.arrayBuffer());
      return { status: answer.statusCode, headers: raw, body };
    } catch (error) {
      throw new GatewayError("UPSTREAM_UNREACHABLE", "The upstream can't be reached", {
        cause: error,
      });
    }
  };
}

/** For identities that never ask the upstream. */
export const askNobody: IdentifyParts = {
  ask: () => Promise.reject(new Error("nobody should be asked")),
  isSecret: secretNames([]),
};
