import type { IncomingMessage } from "node:http";
import type { Json } from "./json.ts";

/** A concerned request's body, read or left to stream. */
export type ReadBody =
  /** Read: the bytes as they go on, and what they say. `null` bytes: there was no body. */
  | {
      readonly kind: "read";
      /** As they came (still encoded), except for a method override, which is cut out. */
      readonly bytes: Buffer | null;
      /** Whether the bytes go on without the `Content-Encoding` that they came with. */
      readonly unpacked: boolean;
      readonly values: Json;
      /** Whether a change can be put into it: it is JSON. */
      readonly json: boolean;
      /** Set where the bytes are JSON but were declared otherwise: forward them as this. */
      readonly contentType: string | null;
    }
  /** An upload: streams on, unread. */
  | { readonly kind: "stream" };

/**
 * How a body is read. JSON is read strictly under every rule, and so is a multipart form where it is read at all.
 *
 *     rule      a form     a multipart form           what can't be read
 *     plain     loosely    streams                    streams
 *     forms     loosely    is read                    streams
 *     any       loosely    is read if it fits         streams, also in an unknown coding or charset
 *     guarded   strictly   is read, strictly          415
 *     data      loosely    streams                    streams; text, and no type, are read for JSON
 *
 * Loosely is as qs reads it: a name given twice is a list.
 */
export type BodyRule = "plain" | "forms" | "any" | "guarded" | "data";

/**
 * Reads the body of a request. A method override in it (`_method`) is left out of its values and its bytes.
 * @throws {GatewayError} BODY_TOO_LARGE, UNSUPPORTED_MEDIA_TYPE, BAD_JSON, BAD_FORM
 */
export type ReadRequestBody = (request: IncomingMessage, rule: BodyRule) => Promise<ReadBody>;

/**
 * Reads the body of a request that has to be JSON; null when it is empty.
 * @param verify is shown the bytes as they came, also where there are none, before anything is said of them but that they
 *   are too many. It may throw.
 * @throws {GatewayError} UNSUPPORTED_MEDIA_TYPE, BAD_JSON, BODY_TOO_LARGE
 */
export type ReadJsonBody = (
  request: IncomingMessage,
  verify?: (bytes: Buffer) => void,
) => Promise<Json>;
