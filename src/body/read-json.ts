import type { ReadJsonBody } from "../model/body.ts";
import { GatewayError } from "../model/errors.ts";
import { JSON_TYPE, collectBody, contentType, decoderOf } from "./content.ts";
import { parseStrictJson } from "./strict-json.ts";

/**
 * Reads bodies that have to be JSON. SPEC, section 8.
 * @param limit bytes, counted after decompression as well as before
 */
export function jsonReader(limit: number): ReadJsonBody {
  return async (request, witness) => {
    const { type, charset } = contentType(request);
    const json = JSON_TYPE.test(type);
    // Of what is no JSON it counts only whether it is empty.
    const most = json || witness ? limit : 0;
    const bytes = await collectBody(request, most).catch((error: unknown) => {
      throw most === limit ? error : noJson(type);
    });
    witness?.(bytes);
    if (bytes.length === 0) return null;
    if (!json) throw noJson(type);
    return parseStrictJson(await decoderOf(request, charset, limit)(bytes));
  };
}

const noJson = (type: string) =>
  new GatewayError(
    "UNSUPPORTED_MEDIA_TYPE",
    `Send application/json${type === "" ? "; the request has no Content-Type" : `, not ${type.slice(0, 100)}`}`,
  );
