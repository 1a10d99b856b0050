import { fileURLToPath } from "node:url";
import express, { type RequestHandler, type Response, Router } from "express";
import helmet from "helmet";

/** Where `npm run build` puts the page; as far away from `src/admin` as from `dist/admin`. */
const BUILT = fileURLToPath(new URL("../../dist/web/", import.meta.url));

/**
 * Serves the operator's page: `/` for whoever takes HTML, its scripts and styles under `/assets`. The page may load and ask
 * only what is its own, holds nothing inline, and is shown in no other page. Its assets carry a hash in their names, so that
 * browsers keep them for good; the page itself they keep not at all.
 * @see docs/operation.md, "The page"
 */
export function page(): Router {
  const routes = Router();
  routes.get("/", (request, response, next) => {
    if (!request.accepts("html")) return next();
    protect(request, response, (error?: unknown) => {
      if (error !== undefined) return next(error);
      response.sendFile("index.html", { root: BUILT, cacheControl: false }, (failed?: Error) => {
        if (failed && !response.headersSent) next();
      });
    });
  });
  routes.use("/assets", protect, express.static(`${BUILT}assets`, ASSETS));
  return routes;
}

const ASSETS = {
  index: false,
  redirect: false,
  setHeaders(response: Response) {
    response.set("Cache-Control", "public, max-age=31536000, immutable");
  },
};

const SELF = ["'self'"];

const protect: RequestHandler = helmet({
  contentSecurityPolicy: {
    useDefaults: false,
    directives: {
      defaultSrc: ["'none'"],
      scriptSrc: SELF,
      styleSrc: SELF,
      imgSrc: SELF,
      connectSrc: SELF,
      baseUri: ["'none'"],
      formAction: ["'none'"],
      frameAncestors: ["'none'"],
      requireTrustedTypesFor: ["'script'"],
    },
  },
  // It is the operator's proxy that knows whether all of the host is to be HTTPS.
  strictTransportSecurity: false,
  xFrameOptions: { action: "deny" },
});
