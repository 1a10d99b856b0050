// @ts-check
// Fastify with @fastify/http-proxy, as its README writes it.
import httpProxy from "@fastify/http-proxy";
import fastify from "fastify";
import { listening, upstream } from "./listening.js";

const app = fastify();
app.register(httpProxy, { upstream });
await app.ready();
listening(app.server);
