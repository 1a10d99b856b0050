import type { IncomingMessage } from "node:http";
import type { BodyRule, ReadBody, ReadRequestBody } from "../model/body.ts";
import { GatewayError } from "../model/errors.ts";
import { type CollectBody, hasBody } from "./collect.ts";
import {
  type ContentType,
  FORM_TYPE,
  MULTIPART_TYPE,
  contentType,
  isJsonType,
} from "./content-type.ts";
import { type Format, NO_BODY, readContent } from "./content.ts";
import { assertUtf8 } from "./text.ts";
import { supportedCodings } from "./unpack.ts";

/** The parts and settings of `bodyReader`. */
export interface BodyOptions {
  /** Bytes, counted after decompression as well as before. */
  readonly limit: number;
  readonly collect: CollectBody;
  /** JSON pointer to the record in a body: the fact `values`. */
  readonly record: string;
  /** Types, beside those of JSON, that the upstream reads as JSON. */
  readonly jsonTypes: readonly string[];
}

/** Reads bodies that are JSON or a form. See "Bodies" in docs/requests.md. */
export function bodyReader({ limit, collect, jsonTypes, record }: BodyOptions): ReadRequestBody {
  const ofJson = new Set(jsonTypes);

  return async (request, rule) => {
    if (!hasBody(request)) return NO_BODY;
    const type = contentType(request);
    const isJson = isJsonType(type.type) || ofJson.has(type.type);
    const format = isJson ? "json" : formatOf(type, rule);
    if (format === null) {
      // No workflow can read this body, so a guard lets it pass only if it is empty.
      return rule === "guarded" ? empty(request, collect) : STREAM;
    }
    if (format === "multipart" && rule === "any" && !fits(request, limit)) return STREAM;
    const codings = codingsOf(request, type, rule);
    if (codings === null) return STREAM;
    const bytes = await collect(request);
    if (bytes.length === 0) return NO_BODY;
    return readContent(bytes, { request, rule, type, format, codings, limit, record });
  };
}

const STREAM: ReadBody = { kind: "stream" };

/** Null for what a rule has no reader for. */
function formatOf({ type }: ContentType, rule: BodyRule): Format | null {
  if (type === FORM_TYPE) return "form";
  if (type === MULTIPART_TYPE && rule !== "plain" && rule !== "data") return "multipart";
  return rule === "data" && (type === "" || type === "text/plain") ? "text" : null;
}

const fits = ({ headers }: IncomingMessage, limit: number) =>
  headers["content-length"] !== undefined && Number(headers["content-length"]) <= limit;

/** @throws {GatewayError} UNSUPPORTED_MEDIA_TYPE for a body with anything in it */
async function empty(request: IncomingMessage, collect: CollectBody): Promise<ReadBody> {
  await collect(request, 0).catch((error: unknown) => {
    if (!(error instanceof GatewayError && error.code === "BODY_TOO_LARGE")) throw error;
    const message = "Send application/json or a form, and one Content-Type: a workflow looks at it";
    throw new GatewayError("UNSUPPORTED_MEDIA_TYPE", message);
  });
  return NO_BODY;
}

/** Null: what can't be undone streams on. @throws {GatewayError} UNSUPPORTED_MEDIA_TYPE */
function codingsOf(
  { headers }: IncomingMessage,
  { parameters }: ContentType,
  rule: BodyRule,
): readonly string[] | null {
  try {
    assertUtf8(parameters);
    return supportedCodings(headers["content-encoding"] ?? "");
  } catch (error) {
    if (rule === "any") return null;
    throw error;
  }
}
