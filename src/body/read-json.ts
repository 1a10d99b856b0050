import type { ReadJsonBody } from "../model/body.ts";
import { GatewayError } from "../model/errors.ts";
import { contentType, isJsonType } from "./content-type.ts";
import { parseStrictJson } from "./strict-json.ts";
import type { BodyOptions } from "./read.ts";
import { assertUtf8, textOf } from "./text.ts";
import { supportedCodings, unpacked } from "./unpack.ts";

/**
 * Reads bodies that have to be JSON. See docs/webhooks.md.
 */
export function jsonReader({
  limit,
  collect,
}: Pick<BodyOptions, "limit" | "collect">): ReadJsonBody {
  return async (request, verify) => {
    const { type, parameters } = contentType(request);
    const json = isJsonType(type);
    // For other types it matters only whether the body is empty.
    const most = json || verify ? limit : 0;
    const bytes = await collect(request, most).catch((error: unknown) => {
      throw most === limit ? error : notJson(type);
    });
    verify?.(bytes);
    if (bytes.length === 0) return null;
    if (!json) throw notJson(type);
    assertUtf8(parameters);
    const codings = supportedCodings(request.headers["content-encoding"] ?? "");
    const content = await unpacked(bytes, codings, limit, "BAD_JSON");
    return parseStrictJson(textOf(content, "BAD_JSON"));
  };
}

const notJson = (type: string) =>
  new GatewayError(
    "UNSUPPORTED_MEDIA_TYPE",
    `Send application/json${type === "" ? "; the request needs exactly one Content-Type" : `, not ${type.slice(0, 100)}`}`,
  );
