import { createHash } from "node:crypto";
import { isAbsolute, resolve as resolvePath } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { resolve } from "import-meta-resolve";
import { type LoadPlugin, PluginError, type PluginPlace } from "../model/plugin.ts";
import { isStepType } from "../model/step-type.ts";
import { providePackage } from "./own-package.ts";
import { placeIn } from "./place.ts";
import { guarded } from "./guarded.ts";

/** How long a module may take to load, in milliseconds: it may wait at its top level. */
const TIMEOUT = 10_000;

/**
 * The loader of plugins. In them the name of this package means the copy that is running, wherever they are.
 * @param own URL of the module that is this package
 */
export function pluginLoader(own: string): LoadPlugin {
  return async (named, place) => {
    providePackage(own);
    const url = urlOf(named, place);
    const bytes = await contentOf(url, place);
    // A module is loaded once for each URL; the digest makes a changed one another.
    const digest = createHash("sha256").update(bytes).digest("hex").slice(0, 16);
    const module = await imported(`${url}?${digest}`, named);
    const types = [...new Set(Object.values(module).flat())].filter(isStepType);
    if (types.length > 0) return types.map(guarded);
    throw new PluginError("it exports no step type; export what defineStep returns");
  };
}

function urlOf(named: string, { folder }: PluginPlace): string {
  if (/^\.{1,2}[/\\]/.test(named) || isAbsolute(named)) {
    return pathToFileURL(resolvePath(folder, named)).href;
  }
  try {
    const url = resolve(named, pathToFileURL(resolvePath(folder, "gateway.yaml")).href);
    if (url.startsWith("file:")) return url;
  } catch {
    // told below
  }
  throw new PluginError(
    `there is no package ${named} in node_modules here or above; a path begins with ./`,
  );
}

async function contentOf(url: string, { read }: PluginPlace): Promise<Uint8Array> {
  const path = fileURLToPath(url);
  try {
    return await read(path);
  } catch (error) {
    throw new PluginError(`can't read the file ${path} (${(error as NodeJS.ErrnoException).code})`);
  }
}

async function imported(url: string, named: string): Promise<Readonly<Record<string, unknown>>> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    const tooLong = () => reject(new PluginError(`it has not loaded within ${TIMEOUT / 1_000} s`));
    timer = setTimeout(tooLong, TIMEOUT);
  });
  try {
    return (await Promise.race([import(url), late])) as Record<string, unknown>;
  } catch (error) {
    if (error instanceof PluginError) throw error;
    const place = await placeIn(error, url);
    throw new PluginError(`can't be loaded: ${place && `${named}${place}: `}${messageOf(error)}`);
  } finally {
    clearTimeout(timer);
  }
}

const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error));
