import { once } from "node:events";
import { type Socket, connect } from "node:net";
import { expect } from "chai";
import { type Place, WAYS, ask, startPlace, until } from "./place.ts";

describe("a client that goes away", () => {
  let place: Place;
  before(async () => (place = await startPlace()));
  after(() => place.stop());

  /** A client that has sent bytes and leaves when told. */
  function send(bytes: string): Socket {
    const socket = connect(place.gateway, "127.0.0.1").on("error", () => undefined);
    socket.write(bytes);
    return socket;
  }

  for (const { way, path } of WAYS) {
    describe(`from a request ${way}`, () => {
      const head = `POST ${path} HTTP/1.1\r\nHost: a\r\nContent-Type: application/x-a\r\n`;

      it("while it waits for the answer aborts the upstream's request", async () => {
        let left = false;
        let asked = false;
        place.answer((_request, response) => {
          asked = true;
          response.once("close", () => (left = !response.writableFinished));
        });
        const client = send(`GET ${path} HTTP/1.1\r\nHost: a\r\n\r\n`);
        await until("the upstream is asked", () => asked);
        client.destroy();
        await until("the upstream's request is aborted", () => left);
      });

      it("while the answer streams aborts it", async () => {
        let left = false;
        place.answer((_request, response) => {
          response.write("event");
          response.once("close", () => (left = true));
        });
        const client = send(`GET ${path} HTTP/1.1\r\nHost: a\r\n\r\n`);
        await once(client, "data");
        client.destroy();
        await until("the upstream's answer is aborted", () => left);
      });

      for (const framing of ["Content-Length: 1000000", "Transfer-Encoding: chunked"]) {
        it(`with half of its body sent (${framing}) breaks the upstream's request`, async () => {
          let broken = false;
          let ended = false;
          let begun = false;
          place.answer((request) => {
            begun = true;
            request.on("error", () => (broken = true)).on("end", () => (ended = true));
            request.resume();
          });
          const client = send(`${head}${framing}\r\n\r\n5\r\nhello\r\n`);
          await until("the upstream is asked", () => begun);
          client.destroy();
          await until("the upstream's request breaks", () => broken);
          expect(ended).to.equal(false);
        });
      }

      it("with half of a small body sent never has it taken for the whole", async () => {
        let whole = 0;
        place.answer((request, response) => {
          request
            .on("end", () => (whole += 1))
            .on("error", () => undefined)
            .resume();
          response.end();
        });
        const client = send(`${head}Content-Length: 10\r\n\r\nhello`);
        await once(client, "connect");
        // Another request has been answered, so this one was read.
        await ask(place.gateway, { path });
        client.destroy();
        await ask(place.gateway, { path });
        expect(whole).to.equal(2);
      });

      it("500 times at once leaves nothing behind, and the gateway still answers", async () => {
        let open = 0;
        place.answer((request, response) => {
          if (request.method === "HEAD") return void response.end();
          open += 1;
          response.once("close", () => (open -= 1));
        });
        const clients = Array.from({ length: 500 }, () =>
          send(`GET ${path} HTTP/1.1\r\nHost: a\r\n\r\n`),
        );
        await until("most have been asked", () => open > 100);
        for (const client of clients) client.destroy();
        expect((await ask(place.gateway, { method: "HEAD", path })).status).to.equal(200);
        await until("all are gone from the upstream", () => open === 0);
        expect((await ask(place.gateway, { method: "HEAD", path })).status).to.equal(200);
      }).timeout(120_000);
    });
  }
});
