import { pathToFileURL } from "node:url";
import type { Config } from "../model/config.ts";

/** Thrown where the module of `telemetry.module` can't be used. */
export class SdkUnusable extends Error {
  override readonly name = "SdkUnusable";
}

/**
 * Loads the operator's module, which registers an OpenTelemetry SDK. Where its default export is a function, that is called
 * with `{ endpoint }`, and waited for.
 * @throws {SdkUnusable}
 */
export async function registerSdk({ module, endpoint }: Config["telemetry"]): Promise<void> {
  if (module === null) return;
  try {
    const { default: register } = (await import(pathToFileURL(module).href)) as {
      default?: unknown;
    };
    if (typeof register === "function") {
      await (register as (settings: { endpoint: string | null }) => unknown)({ endpoint });
    }
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new SdkUnusable(`telemetry.module ${module} can't be used: ${reason}`, { cause: error });
  }
}
