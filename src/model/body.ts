import type { IncomingMessage } from "node:http";
import type { Json } from "./json.ts";

/** A concerned request's body, read or left to stream. */
export type ReadBody =
  /** Read: the bytes as they came (still encoded) and what they say. `null` bytes: there was no body. */
  | {
      readonly kind: "read";
      readonly bytes: Buffer | null;
      readonly values: Json;
      /** Whether a change can be put into it: it is JSON. */
      readonly json: boolean;
      /** Set where the bytes are JSON but were declared otherwise: forward them as this. */
      readonly contentType: string | null;
    }
  /** An upload: streams on, unread. */
  | { readonly kind: "stream" };

/**
 * Reads the body of a request that is JSON or a form.
 * @param texts read text/plain, and a body without a type, as well: some upstreams take JSON declared so
 * @throws {GatewayError} BODY_TOO_LARGE, UNSUPPORTED_MEDIA_TYPE, BAD_JSON
 */
export type ReadRequestBody = (request: IncomingMessage, texts?: boolean) => Promise<ReadBody>;

/**
 * Reads the body of a request that has to be JSON; null when it is empty.
 * @param witness is shown the bytes as they came, also where there are none, before anything is said of them but that they
 *   are too many. It may throw.
 * @throws {GatewayError} UNSUPPORTED_MEDIA_TYPE, BAD_JSON, BODY_TOO_LARGE
 */
export type ReadJsonBody = (
  request: IncomingMessage,
  witness?: (bytes: Buffer) => void,
) => Promise<Json>;
