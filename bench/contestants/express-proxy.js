// @ts-check
// Express with http-proxy-middleware, as its README writes it.
import { createServer } from "node:http";
import express from "express";
import { createProxyMiddleware } from "http-proxy-middleware";
import { listening, upstream } from "./listening.js";

const app = express();
app.use("/", createProxyMiddleware({ target: upstream, changeOrigin: true }));
listening(createServer(app));
