import { hash } from "node:crypto";
import { LRUCache } from "lru-cache";
import type { ReadyAnswer } from "../model/caller.ts";
import type { IntrospectConfig } from "../model/config.ts";
import { answerText } from "../model/answer-json.ts";
import { GatewayError } from "../model/errors.ts";
import { headerPairs } from "../model/headers.ts";
import { type Json, isJsonObject, parseBounded } from "../model/json.ts";
import { ANSWER_BOUNDS } from "../model/json-bounds.ts";
import { jsonAt } from "../model/json-pointer.ts";
import { type IsSecret, withoutSecrets } from "../model/secrets.ts";
import type { SessionFact } from "../model/upstream-api.ts";
import type { Upstream } from "../model/upstream.ts";
import { tokenInvalid } from "./challenge.ts";
import type { Bearer, Proof } from "./proof.ts";
import { rolesIn } from "./role.ts";
import type { Shown } from "./shown.ts";

/** Bytes of an answer, at most. */
const ANSWER_LIMIT = 1024 * 1024;

/** Milliseconds for the whole exchange; its head has the upstream's own timeout. */
const ANSWER_TIMEOUT = 60_000;

/** Answers that are kept, and the bytes of all of them together. */
const KEPT = { max: 10_000, maxSize: 32 * 1024 * 1024 };

type ProofResult = Awaited<ReturnType<Proof["prove"]>>;

/** The characters of a header value that may be put into an answer (RFC 9110, section 5.5). */
const VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;

/** Headers of its answer that renew a session, beside those of `pass`. In lower case. */
const RENEWING: readonly string[] = ["x-new-token", "set-cookie"];

/** What asking the upstream takes. */
interface AskingParts {
  readonly ask: Upstream["fetch"];
  readonly isSecret: IsSecret;
  readonly now: () => Date;
  readonly session: SessionFact | null;
}

/**
 * Proves credentials by asking the upstream whose they are: a token is sent as a Bearer token, cookies and the headers of the
 * upstream's own as they came. An answer is cached for `config.cache` milliseconds, for those credentials with that role. Refusals, failures and headers that
 * renew a session are not cached. Concurrent requests with the same credential share one question.
 * @see docs/identity.md
 */
export function introspection(
  config: IntrospectConfig,
  { ask, isSecret, now, session: sessionFact }: AskingParts,
): Proof {
  const known = new LRUCache<string, { bearer: Bearer; at: number }>(KEPT);
  const underWay = new Map<string, Promise<ProofResult>>();
  const renewing = new Set([...RENEWING, ...config.pass]);

  /** An answer from the future was given before the clock was set back: its age is unknown, so it is not used. */
  const isFresh = (at: number) => {
    const age = now().getTime() - at;
    return age >= 0 && age < config.cache;
  };

  const isRefusal = (status: number, { session }: Shown) =>
    status === 401 || status === 403 || (session !== null && status === sessionFact?.refused);

  return {
    knows: ({ token, cookie, session }) => token !== null || cookie !== null || session !== null,
    prove(shown) {
      const { token, cookie, carried, role } = shown;
      const id = hash("sha256", JSON.stringify([token, cookie, carried, role]), "base64");
      const before = known.get(id);
      if (before && isFresh(before.at)) return Promise.resolve(before.bearer);
      const question = underWay.get(id) ?? asked(id, shown);
      underWay.set(id, question);
      return question;
    },
  };

  async function asked(id: string, shown: Shown): Promise<ProofResult> {
    try {
      const answer = await answerFor(shown);
      if (isRefusal(answer.status, shown)) return { answer };
      const bearer = await bearerIn(answer);
      const at = now().getTime();
      if (config.cache > 0) known.set(id, { bearer, at }, { size: answer.body.length + 1 });
      const renews = headerPairs(answer.headers).filter(
        ([name, value]) => renewing.has(name.toLowerCase()) && VALUE.test(value),
      );
      return renews.length === 0 ? bearer : { ...bearer, renews: renews.flat() };
    } finally {
      underWay.delete(id);
    }
  }

  async function answerFor({ token, cookie, carried, role }: Shown): Promise<ReadyAnswer> {
    const headers = ["Accept", "application/json", "Accept-Encoding", "identity"];
    if (token !== null) headers.push("Authorization", `Bearer ${token}`);
    if (cookie !== null) headers.push("Cookie", cookie);
    headers.push(...Object.entries(carried).flat());
    if (role !== null) headers.push("X-Role", role);
    // Not bound to the client that came first: others wait for the same answer.
    const signal = AbortSignal.timeout(ANSWER_TIMEOUT);
    try {
      const request = { method: "GET", path: config.path, headers, body: null, signal };
      return await ask(request, ANSWER_LIMIT);
    } catch (error) {
      if (!signal.aborted) throw error;
      throw new GatewayError("UPSTREAM_TIMEOUT", "The upstream did not say in time who is calling");
    }
  }

  async function bearerIn(answer: ReadyAnswer): Promise<Bearer> {
    const { status } = answer;
    if (status < 200 || status > 299) {
      throw broken(`The upstream answered ${status} when asked who is calling`);
    }
    const profile = await parsed(answer);
    const user = jsonAt(profile, config.user) ?? null;
    // Some servers answer 200 without a user to a token that has expired.
    if (user === null || (isJsonObject(user) && Object.keys(user).length === 0)) {
      throw tokenInvalid("the upstream knows no user for it");
    }
    if (!isJsonObject(user)) throw broken("The upstream's answer holds no user at introspect.user");
    return {
      user: withoutSecrets(user, isSecret) as Bearer["user"],
      roles: config.roles === null ? null : rolesIn(jsonAt(profile, config.roles)),
      ...(config.currentRole !== null && {
        currentRole: rolesIn(jsonAt(profile, config.currentRole))[0] ?? null,
      }),
    };
  }
}

async function parsed({ headers, body }: ReadyAnswer): Promise<Json> {
  if (body.length === 0) return null;
  try {
    return parseBounded(await answerText(headers, body, ANSWER_LIMIT), ANSWER_BOUNDS);
  } catch {
    // Without the error as its cause, which quotes the answer.
    throw broken("The upstream's answer to who is calling is not JSON");
  }
}

const broken = (message: string) => new GatewayError("UPSTREAM_BROKEN", message);
