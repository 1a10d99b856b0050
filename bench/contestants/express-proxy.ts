import { createServer } from "node:http";
import express from "express";
import { createProxyMiddleware } from "http-proxy-middleware";
import { contestant } from "../contestant.ts";

/** Express with http-proxy-middleware, as its README writes it. */
contestant((upstream) => {
  const app = express();
  app.use("/", createProxyMiddleware({ target: upstream, changeOrigin: true }));
  return createServer(app);
});
