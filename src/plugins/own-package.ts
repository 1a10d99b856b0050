import { register } from "node:module";

let provided = false;

/**
 * From now on `import … from "sidehook"` gives this copy of the package, wherever the module is: a gateway that is installed
 * globally, or in an image, is in no `node_modules` beside its plugins. And two copies would not know each other's errors.
 * @param own URL of the module that is the package
 */
export function providePackage(own: string): void {
  if (provided) return;
  provided = true;
  register(new URL("./resolve-hook.js", import.meta.url), { data: { own } });
}
