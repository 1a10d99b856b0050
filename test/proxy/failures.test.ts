import { Agent } from "node:http";
import type { Socket } from "node:net";
import { expect } from "chai";
import {
  type Place,
  type Sent,
  WAYS,
  ask,
  exchange,
  startPlace,
  until,
  valuesOf,
} from "./place.ts";
import { sendWhile } from "../support/send-while.ts";

describe("when the upstream fails, a request", () => {
  let place: Place;
  /** Waits for an answer for a short time only. */
  let hasty: Place;
  /** Waits for longer, so that an answer is in time on a busy machine too. */
  let patient: Place;
  before(async () => {
    [place, hasty, patient] = await Promise.all([
      startPlace(),
      startPlace(", timeout: 300ms"),
      startPlace(", timeout: 1500ms"),
    ]);
  });
  after(async () => {
    for (const one of [place, hasty, patient]) await one.stop();
  });

  /** The code and status of an error of the gateway's own, whose shape is that of all errors. */
  async function statusAndCode(sent: Sent, { gateway } = place): Promise<[number, string]> {
    const { status, headers, body } = await ask(gateway, sent);
    expect(valuesOf(headers, "content-type")).to.deep.equal(["application/json"]);
    expect(valuesOf(headers, "x-request-id")).to.have.length(1);
    const { errors } = JSON.parse(String(body)) as { errors: { code: string; message: string }[] };
    expect(errors).to.have.length(1);
    expect(errors[0]?.message)
      .to.be.a("string")
      .and.not.match(/127\.0\.0\.1|ECONN|undici/);
    return [status, errors[0]?.code ?? ""];
  }

  for (const { way, path } of WAYS) {
    describe(way, () => {
      it("is 502 UPSTREAM_UNREACHABLE when no server listens", async () => {
        const alone = await startPlace();
        alone.server.close();
        await until("the port is closed", () => !alone.server.listening);
        for (const method of ["GET", "POST"]) {
          const one = await statusAndCode({ method, path }, alone);
          expect(one).to.deep.equal([502, "UPSTREAM_UNREACHABLE"]);
        }
        const url = `http://127.0.0.1:${alone.gateway}`;
        const upload = await sendWhile(url, path, "application/octet-stream");
        expect(upload).to.match(/^HTTP\/1\.1 502 /);
        await alone.stop();
      });

      it("is 504 UPSTREAM_TIMEOUT when no answer begins in time, each time anew", async () => {
        let left = 0;
        hasty.answer(({ socket }) => void socket.once("close", () => (left += 1)));
        const late = ["GET", "POST", "GET"].map((method) => statusAndCode({ method, path }, hasty));
        for (const one of await Promise.all(late)) {
          expect(one).to.deep.equal([504, "UPSTREAM_TIMEOUT"]);
        }
        await until("the upstream is let go", () => left === 3);
      });

      it("is not cut when an answer began in time and takes longer than that", async () => {
        patient.answer((_request, response) => {
          response.write("a");
          setTimeout(() => response.end("b"), 1_800);
        });
        expect(String((await ask(patient.gateway, { path })).body)).to.equal("ab");
      });

      it("is 502 when the connection breaks before an answer; a POST is sent once", async () => {
        let asked = 0;
        place.answer(({ socket }) => {
          asked += 1;
          socket.destroy();
        });
        const post = { method: "POST", path, headers: ["Content-Length", "2"], body: "{}" };
        expect(await statusAndCode(post)).to.deep.equal([502, "UPSTREAM_UNREACHABLE"]);
        expect(asked).to.equal(1);
        expect(await statusAndCode({ path })).to.deep.equal([502, "UPSTREAM_UNREACHABLE"]);
      });

      it("never sends a POST twice, also when its connection was in use before", async () => {
        let asked = 0;
        place.answer((request, response) => {
          if (request.method === "GET") return void response.end();
          asked += 1;
          request.socket.destroy();
        });
        for (let round = 1; round <= 5; round += 1) {
          await ask(place.gateway, { path });
          expect((await ask(place.gateway, { method: "POST", path })).status).to.equal(502);
          expect(asked).to.equal(round);
        }
      });

      const garbage: [what: string, bytes: string][] = [
        ["another protocol", "SSH-2.0-OpenSSH_9.6\r\n"],
        ["a status that is not valid", "HTTP/1.1 abc OK\r\n\r\n"],
        ["two lengths", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nabc"],
        ["a length that is not valid", "HTTP/1.1 200 OK\r\nContent-Length: 2x\r\n\r\nabc"],
        ["a header name with a space", "HTTP/1.1 200 OK\r\nX A: 1\r\n\r\n"],
      ];
      for (const [what, bytes] of garbage) {
        it(`is 502 UPSTREAM_BROKEN when the answer is not HTTP: ${what}`, async () => {
          place.answer(({ socket }) => void socket.end(bytes));
          expect(await statusAndCode({ path })).to.deep.equal([502, "UPSTREAM_BROKEN"]);
        });
      }

      const broken: [what: string, head: string][] = [
        ["with a length", "Content-Length: 100\r\n\r\nhalf"],
        ["in chunks", "Transfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n"],
        ["within a chunk", "Transfer-Encoding: chunked\r\n\r\n8\r\nhalf"],
      ];
      for (const [what, head] of broken) {
        for (const how of ["end", "resetAndDestroy"] as const) {
          it(`has its answer broken where the upstream's broke (${how}): ${what}`, async () => {
            let breaks: (() => void) | undefined;
            place.answer(({ socket }) => {
              socket.write(`HTTP/1.1 200 OK\r\n${head}`);
              breaks = () => void socket[how]();
            });
            const text = await exchange(
              place.gateway,
              `GET ${path} HTTP/1.1\r\nHost: a\r\n\r\n`,
              (all) => {
                if (all.includes("half")) breaks?.();
                return false;
              },
            );
            expect(text)
              .to.match(/^HTTP\/1.1 200 OK\r\n/)
              .and.not.match(/0\r\n\r\n$/);
            expect(text).to.contain("half");
            if (what === "with a length") expect(text).to.contain("Content-Length: 100");
          });
        }
      }

      it("is answered 200 all along while the upstream drops idle connections", async () => {
        const busy = new Set<Socket>();
        let dropped = 0;
        place.answer((request, response) => {
          const { socket } = request;
          busy.add(socket);
          response.end("ok", () => {
            busy.delete(socket);
            // As a server does whose keep-alive is short: it closes while the next request may be on its way.
            setTimeout(() => {
              if (busy.has(socket)) return;
              dropped += 1;
              socket.destroy();
            }, Math.random() * 4);
          });
        });
        const agent = new Agent({ keepAlive: true });
        const statuses: number[] = [];
        const client = async () => {
          for (let round = 0; round < 35; round += 1) {
            statuses.push((await ask(place.gateway, { path }, agent)).status);
          }
        };
        await Promise.all(Array.from({ length: 6 }, client));
        agent.destroy();
        expect(statuses.filter((status) => status !== 200)).to.deep.equal([]);
        expect(statuses).to.have.length(210);
        expect(dropped).to.be.greaterThan(10);
      }).timeout(60_000);
    });
  }
});
