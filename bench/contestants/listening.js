// @ts-check

/**
 * Has a server listen on a free port and tells the bench where.
 * @param {import("node:http").Server} server
 */
export function listening(server) {
  server.listen(0, "127.0.0.1", () => {
    const address = /** @type {import("node:net").AddressInfo} */ (server.address());
    process.send?.({ url: `http://127.0.0.1:${address.port}` });
  });
  process.on("disconnect", () => process.exit());
}

/** The upstream that the bench has put up: `http://127.0.0.1:40123` */
export const upstream = process.argv[2] ?? "";
