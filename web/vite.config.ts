import { defineConfig } from "vite";

/** Builds the operator's page into `dist/web`. All of it is files of its own, since the page's policy allows nothing inline. */
export default defineConfig({
  root: import.meta.dirname,
  // Relative, so that the page also works behind a proxy that puts a path before it.
  base: "./",
  publicDir: false,
  logLevel: "warn",
  build: {
    outDir: "../dist/web",
    emptyOutDir: true,
    target: "es2023",
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // The packages whose code is in the page, and their licences.
    license: { fileName: "licenses.md" },
  },
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
});
