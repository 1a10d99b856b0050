import { statSync } from "node:fs";
import { resolve } from "node:path";
import { z } from "zod";
import { text } from "./field-types.ts";

/**
 * `telemetry:`, who registers an OpenTelemetry SDK. See docs/operation.md, "Traces".
 * @param folder that paths are relative to
 */
export const telemetry = (folder: string) =>
  z.strictObject({
    module: text
      .transform((path, context) => {
        const file = resolve(folder, path);
        if (statSync(file, { throwIfNoEntry: false })?.isFile() === true) return file;
        context.addIssue(`should be a file: ${file} is not one`);
        return z.NEVER;
      })
      .nullable()
      .default(null),
    endpoint: z
      .url({ protocol: /^https?$/, error: "should be an http or https URL: http://127.0.0.1:4318" })
      .nullable()
      .default(null),
  });
