import { createServer } from "node:http";
import { contestant } from "./contestant.ts";

const BODY = Buffer.from(JSON.stringify({ id: 1, text: "x".repeat(180) }).padEnd(200));

/** A backend that answers 200 bytes of JSON to everything. */
contestant(() =>
  createServer((request, response) => {
    request.resume();
    request.on("end", () => {
      response.writeHead(200, {
        "content-type": "application/json",
        "content-length": BODY.length,
      });
      response.end(BODY);
    });
  }),
);
