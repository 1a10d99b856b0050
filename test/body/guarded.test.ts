import { brotliCompressSync, deflateSync, gzipSync } from "node:zlib";
import { expect } from "chai";
import { type TestGateway, startTestGateway } from "../support/gateway.ts";
import { type RawAnswer, rawRequest } from "../support/raw-request.ts";

const FORM = "application/x-www-form-urlencoded";

/** A form with files, of lines that end as HTTP's do. */
const multipart = (...lines: string[]) => Buffer.from(lines.join("\r\n"));

const FIELD = (name: string) => `Content-Disposition: form-data; name="${name}"`;

describe("the body of a write that a workflow guards", () => {
  let gateway: TestGateway;
  before(async () => (gateway = await startTestGateway(workflows)));
  beforeEach(() => void gateway.upstream.asked.splice(0));
  after(() => gateway.stop());

  const post = (path: string, type: string, body: string | Buffer, more = {}) =>
    rawRequest(gateway.url, "POST", path, { "Content-Type": type, ...more }, body);
  const refused = async (
    code: string,
    path: string,
    type: string,
    body: string | Buffer,
    more = {},
  ) => {
    expect(outcomeOf(await post(path, type, body, more)), String(body)).to.equal(code);
    expect(gateway.upstream.asked).to.deep.equal([]);
  };
  const bodies = () => gateway.upstream.asked.map(({ body }) => String(body));
  const values = async () => {
    const [run] = await gateway.runs();
    const { params } = (run?.trigger ?? {}) as { params?: { values: unknown } };
    return params?.values;
  };

  describe("can't ask for another method by", () => {
    const paths = ["/posts/1", "/posts:publish/1", "/posts"];

    it("a field of a form with files, as Rails and Laravel send it", async () => {
      const form = multipart(
        "--x",
        FIELD("_method"),
        "",
        "DELETE",
        "--x",
        FIELD("title"),
        "",
        "Good",
        "--x--",
        "",
      );
      const kept = multipart("--x", FIELD("title"), "", "Good", "--x--", "");
      for (const path of paths) await post(path, "multipart/form-data; boundary=x", form);
      expect(bodies()).to.deep.equal([String(kept), String(kept), String(kept)]);
    });

    it("a body of a type that only some servers read", async () => {
      const json = '{"_method":"DELETE"}';
      for (const path of paths) {
        for (const type of [
          "text/json",
          "text/plain",
          "application/x-json",
          "*/*",
          "application/json,x",
        ]) {
          await refused("UNSUPPORTED_MEDIA_TYPE", path, type, json);
        }
        for (const type of [`${FORM},x`, `${FORM}, ${FORM}`, "multipart/related; boundary=x"]) {
          await refused("UNSUPPORTED_MEDIA_TYPE", path, type, "_method=DELETE");
        }
      }
    });

    it("a second Content-Type", async () => {
      for (const path of paths) {
        const head = { "Content-Type": ["application/json", FORM] };
        const answer = await rawRequest(gateway.url, "POST", path, head, "_method=DELETE");
        expect(outcomeOf(answer)).to.equal("UNSUPPORTED_MEDIA_TYPE");
      }
      expect(gateway.upstream.asked).to.deep.equal([]);
    });

    it("a member of JSON, of which nothing else changes", async () => {
      const cases: [sent: string, forwarded: string][] = [
        ['{"_method":"DELETE", "price":1.0}', '{"price":1.0}'],
        ['{ "price" : 1.0,\n "_method" : "DELETE" }', '{ "price" : 1.0 }'],
        [
          '{"b":[{"_method":1}],"\\u005fmethod":{"x":[","]},"a":"\\u00e9,{"}',
          '{"b":[{"_method":1}],"a":"\\u00e9,{"}',
        ],
        ['{"_method":"DELETE"}', "{}"],
      ];
      for (const [sent] of cases) await post("/posts/1", "application/json", sent);
      expect(bodies()).to.deep.equal(cases.map(([, forwarded]) => forwarded));
    });

    it("a member of packed JSON, which goes on unpacked then", async () => {
      const packed = gzipSync('{"_method":"DELETE","price":1.0}');
      await post("/posts/1", "application/json", packed, { "Content-Encoding": "gzip" });
      expect(bodies()).to.deep.equal(['{"price":1.0}']);
      expect(String(gateway.upstream.asked[0]?.headers)).not.to.match(/content-encoding/i);
    });

    it("a field of a form, of which nothing else changes", async () => {
      await post(
        "/posts/1",
        FORM,
        "tag%5B%5D=%c3%A9&&_method=DELETE&tag[]=1.0&%5fmethod[a]=PUT&z=+",
      );
      expect(bodies()).to.deep.equal(["tag%5B%5D=%c3%A9&&tag[]=1.0&z=+"]);
    });
  });

  describe("is a form that all servers read alike, or is refused:", () => {
    const forms: [what: string, form: string | Buffer][] = [
      ["a name twice", "status=approved&status=draft"],
      ["a name twice, spelt in two ways", "status=draft&%73tatus=approved"],
      ["a name that begins with a blank", "+status=approved"],
      ["a name that begins with a raw blank", " status=approved"],
      ["a name with NUL", "status%00=approved"],
      ["a name that PHP takes for another", "pay.status=approved"],
      ["a name with a bracket that stands alone", "pay[status=approved"],
      ["a name that begins with a bracket", "[status]=approved"],
      ["a name that all objects have", "hasOwnProperty=approved"],
      ["the name of a prototype", "__proto__[status]=approved"],
      ["a name that all objects have, further in", "a[toString]=approved"],
      ["a semicolon", "a=1;status=approved"],
      ["bytes that are not UTF-8", Buffer.from("status=\xff", "latin1")],
      ["encoded bytes that are not UTF-8", "status=%ff"],
      ["a % without two digits", "status=%zz"],
      ["a name that is a value and holds others", "status=draft&status[x]=approved"],
      ["the same, the other way", "status[x]=approved&status=draft"],
      ["a list with names", "status[]=draft&status[x]=approved"],
      ["a list that begins at 1", "status[1]=draft&status[0]=approved"],
      ["a list of objects by []", "a[][b]=1&a[][c]=2"],
      ["a value that qs takes for a name", "a=b]=approved"],
      ["no name", "=approved"],
      ["another charset", "_charset_=utf-7&a=1"],
      ["more than 1,000 fields", Array.from({ length: 1_001 }, (_, at) => `f${at}=1`).join("&")],
      ["a million fields", "a=1&".repeat(1_000_000)],
    ];
    for (const [what, form] of forms) {
      it(what, () => refused("BAD_FORM", "/posts", FORM, form));
    }

    it("with lists, and objects in them, it is accepted", async () => {
      const form = "title=Good&tags[]=a&tags[]=b&items[0][n]=1&items[1][n]=2&items[0][m]=%26&x";
      expect(outcomeOf(await post("/posts", FORM, form))).to.equal(200);
      expect(await values()).to.deep.equal({
        title: "Good",
        tags: ["a", "b"],
        items: [{ n: "1", m: "&" }, { n: "2" }],
        x: "",
      });
      expect(bodies()).to.deep.equal([form]);
    });
  });

  describe("that is packed", () => {
    const trailing = Buffer.from("&status=approved");
    const packings: [string, (text: string) => Buffer][] = [
      ["br", brotliCompressSync],
      ["deflate", deflateSync],
      ["gzip", gzipSync],
    ];

    it("is refused when a form follows the end of the stream", async () => {
      const empty = Buffer.from(";&status=approved");
      await refused("BAD_FORM", "/posts", FORM, empty, { "Content-Encoding": "br" });
    });

    for (const [coding, pack] of packings) {
      const head = { "Content-Encoding": coding };

      it(`in ${coding} is refused with bytes behind its end, twice, or cut off`, async () => {
        for (const [type, text, code] of [
          [FORM, "title=Good", "BAD_FORM"],
          ["application/json", '{"title":"Good"}', "BAD_JSON"],
          ["multipart/form-data; boundary=x", "--x--\r\n", "BAD_FORM"],
        ] as const) {
          const packed = pack(text);
          await refused(code, "/posts", type, Buffer.concat([packed, trailing]), head);
          await refused(code, "/posts", type, Buffer.concat([packed, packed]), head);
          await refused(code, "/posts", type, Buffer.concat([packed, Buffer.from([0])]), head);
          await refused(code, "/posts", type, packed.subarray(0, -1), head);
        }
      });

      it(`in ${coding} goes on unpacked when it is a form, and as it came when it is JSON`, async () => {
        await post("/posts", FORM, pack("title=Good"), head);
        await post("/posts", "application/json", pack('{"title":"Good"}'), head);
        const [form, json] = gateway.upstream.asked;
        expect(String(form?.body)).to.equal("title=Good");
        expect(String(form?.headers)).not.to.match(/content-encoding/i);
        expect(json?.body.equals(pack('{"title":"Good"}'))).to.equal(true);
        expect(String(json?.headers)).to.match(/content-encoding/i);
      });

      it(`in ${coding} is refused when it unfolds out of proportion`, async () => {
        for (const text of [
          " ".repeat(9_900_000),
          "[".repeat(9_900_000),
          "{},".repeat(3_300_000),
        ]) {
          const packed = pack(text);
          expect(packed.length).to.be.below(40_000);
          expect((await post("/posts", "application/json", packed, head)).status).to.be.oneOf([
            400, 413,
          ]);
        }
        expect(gateway.upstream.asked).to.deep.equal([]);
      });
    }

    it("with a name and a comment in its gzip header, as gzip of files has it, is unpacked", async () => {
      const plain = gzipSync("title=Good");
      const header = Buffer.from(plain.subarray(0, 10));
      header[3] = 8 | 16;
      const named = Buffer.concat([header, Buffer.from("a.txt\0hello\0"), plain.subarray(10)]);
      await post("/posts", FORM, named, { "Content-Encoding": "gzip" });
      expect(bodies()).to.deep.equal(["title=Good"]);
    });
  });

  describe("that is a form with files", () => {
    const TYPE = "multipart/form-data; boundary=----x";
    const file = 'Content-Disposition: form-data; name="photo"; filename="me \u00e9.png"';
    const whole = multipart(
      "------x",
      FIELD("title"),
      "",
      "Good\r\ntitle",
      "------x",
      FIELD("tags[]"),
      "Content-Type: text/plain; charset=utf-8",
      "",
      "a",
      "------x",
      file,
      "Content-Type: image/PNG",
      "",
      "\u0000\u0001&=\n",
      "------x--",
      "",
    );

    it("is read, a file as its name, type and size; its bytes go on as they came", async () => {
      expect(outcomeOf(await post("/posts", TYPE, whole))).to.equal(200);
      expect(gateway.upstream.asked[0]?.body.equals(whole)).to.equal(true);
      expect(await values()).to.deep.equal({
        title: "Good\r\ntitle",
        tags: ["a"],
        photo: { filename: "me \u00e9.png", type: "image/png", size: 5 },
      });
    });

    it("is accepted as fetch sends it", async () => {
      const form = new FormData();
      form.set("title", "Good");
      form.set("photo", new Blob(["123"], { type: "image/png" }), "a.png");
      const answer = await fetch(`${gateway.url}/posts`, { method: "POST", body: form });
      expect(answer.status).to.equal(200);
      expect(await values()).to.deep.equal({
        title: "Good",
        photo: { filename: "a.png", type: "image/png", size: 3 },
      });
    });

    it("is 415 with two boundaries in its type", async () => {
      await refused("UNSUPPORTED_MEDIA_TYPE", "/posts", `${TYPE}; boundary=y`, whole);
    });

    it("is 413 when it is larger than a body may be", async () => {
      await refused("BODY_TOO_LARGE", "/posts", TYPE, Buffer.alloc(11_000_000, 0x20));
    });

    const part = (...head: string[]) => multipart("------x", ...head, "", "Good", "------x--", "");
    const bad: [what: string, body: Buffer, type?: string][] = [
      ["no boundary in its type", whole, "multipart/form-data"],
      ["an odd boundary", whole, 'multipart/form-data; boundary="--- x"'],
      ["a preamble", Buffer.concat([Buffer.from("\r\n"), whole])],
      ["an epilogue", Buffer.concat([whole, whole])],
      ["no last boundary", whole.subarray(0, whole.length - 12)],
      ["a boundary behind a bare line feed", Buffer.from(String(whole).replaceAll("\r\n", "\n"))],
      ["a boundary inside a part", multipart("------x", FIELD("a"), "", "b------x", "------x--")],
      [
        "a boundary that goes on",
        multipart("------x", FIELD("a"), "", "b", "------xy", "------x--"),
      ],
      [
        "a name twice",
        multipart("------x", FIELD("a"), "", "b", "------x", FIELD("a"), "", "c", "------x--"),
      ],
      [
        "a file and a field of one name",
        multipart("------x", FIELD("photo"), "", "b", "------x", file, "", "c", "------x--"),
      ],
      [
        "a header that goes on in the next line",
        part("Content-Disposition: form-data;", ' name="title"'),
      ],
      ["a header twice", part(FIELD("a"), FIELD("status"))],
      ["a line that is not a header", part(FIELD("a"), "status")],
      ["a header with a bare line feed in it", part(`${FIELD("a")}\nX: y`)],
      ["no name", part("Content-Disposition: form-data")],
      ["a name in two parameters", part('Content-Disposition: form-data; name="a"; name="status"')],
      ["a name with an escape", part('Content-Disposition: form-data; name="a\\"b"')],
      ["a name that is encoded", part(FIELD("st%61tus"))],
      ["a name by name*", part("Content-Disposition: form-data; name*=utf-8''status")],
      ["another disposition", part('Content-Disposition: attachment; name="a"')],
      ["a file by filename* alone", part(`${FIELD("a")}; filename*=utf-8''a.png`)],
      ["a file with two names", part(`${FIELD("a")}; filename="a.png"; filename*=utf-8''a.php`)],
      ["a file without a name", part(`${FIELD("a")}; filename=""`)],
      ["a field that is JSON", part(FIELD("a"), "Content-Type: application/json")],
      ["a field that is bytes", part(FIELD("a"), "Content-Type: application/octet-stream")],
      ["a field in another charset", part(FIELD("a"), "Content-Type: text/plain; charset=utf-7")],
      ["a field that is encoded once more", part(FIELD("a"), "Content-Transfer-Encoding: base64")],
      ["a form in a form", part(FIELD("a"), "Content-Type: multipart/mixed; boundary=y")],
      ["a part without a head", multipart("------x", "", "Good", "------x--")],
      ["a name that PHP takes for another", part(FIELD("pay.status"))],
    ];
    for (const [what, body, type = TYPE] of bad) {
      it(`is refused for ${what}`, () => refused("BAD_FORM", "/posts", type, body));
    }
  });

  it("is never null for a guard that asks has(…)", async () => {
    for (const [type, body] of [
      [
        "multipart/form-data; boundary=x",
        multipart("--x", FIELD("status"), "", "approved", "--x--"),
      ],
      ["text/json", '{"status":"approved"}'],
      ["application/octet-stream", '{"status":"approved"}'],
      [`${FORM}; charset=utf-8`, "status=approved"],
    ] as const) {
      expect((await post("/reviews", type, body)).status).to.be.oneOf([400, 415]);
    }
    expect(gateway.upstream.asked).to.deep.equal([]);
  });
});

describe("the body of a write at a collection that only post-actions look at", () => {
  let gateway: TestGateway;
  before(async () => (gateway = await startTestGateway(postOnly)));
  beforeEach(() => void gateway.upstream.asked.splice(0));
  after(() => gateway.stop());

  it("streams through when it is an upload", async () => {
    const head = { "Content-Type": "multipart/form-data; boundary=x" };
    const bytes = Buffer.alloc(2_000_000, "x");
    for (const path of ["/posts", "/posts:import"]) {
      expect(outcomeOf(await rawRequest(gateway.url, "POST", path, head, bytes))).to.equal(200);
    }
    expect(gateway.upstream.asked.map(({ body }) => body.length)).to.deep.equal([2e6, 2e6]);
  });

  it("can't ask for another method by a text/json body", async () => {
    const head = { "Content-Type": "text/json" };
    const answer = await rawRequest(gateway.url, "POST", "/posts/1", head, '{"_method":"DELETE"}');
    expect(outcomeOf(answer)).to.equal("UNSUPPORTED_MEDIA_TYPE");
    expect(gateway.upstream.asked).to.deep.equal([]);
  });

  it("is what a local pre-action sees, also as a form with files", async () => {
    const form = new FormData();
    form.set("title", "Good");
    const url = `${gateway.url}/posts?triggerWorkflows=look`;
    expect((await fetch(url, { method: "POST", body: form })).status).to.equal(200);
    const runs = await gateway.runs();
    const look = runs.find(({ workflow }) => workflow === "look");
    expect(look).to.have.deep.nested.property("trigger.params.values", { title: "Good" });
  });
});

describe("a type that a NocoBase upstream reads as JSON", () => {
  it("is read as JSON, as strictly", async () => {
    const gateway = await startTestGateway(
      `upstream: { api: nocobase }\n${workflows.replaceAll("steps: []", "steps: [{ type: condition, if: size(trigger.params.values.title) > 2 }]")}`,
    );
    try {
      const type = { "Content-Type": "application/csp-report" };
      const sent = async (body: string) =>
        (await rawRequest(gateway.url, "POST", "/api/posts:create", type, body)).status;
      expect(await sent('{"title":"ab"}')).to.equal(400);
      expect(await sent('{"title":"abc","title":"a"}')).to.equal(400);
      expect(gateway.upstream.asked).to.deep.equal([]);
      expect(await sent('{"title":"abc"}')).to.equal(200);
    } finally {
      await gateway.stop();
    }
  });
});

describe("the record in a form with files that a Strapi upstream reads as JSON", () => {
  it("is read as JSON, as strictly", async () => {
    const gateway = await startTestGateway(`upstream: { api: strapi }\n${workflows}`);
    try {
      const sent = async (data: string) => {
        const body = new FormData();
        body.set("data", data);
        return (await fetch(`${gateway.url}/api/reviews`, { method: "POST", body })).status;
      };
      expect(await sent('{"status":"approved"}')).to.equal(400);
      expect(await sent('{"status":"draft","status":"approved"}')).to.equal(400);
      expect(await sent("status")).to.equal(400);
      expect(gateway.upstream.asked).to.deep.equal([]);
      expect(await sent('{"status":"draft"}')).to.equal(200);
    } finally {
      await gateway.stop();
    }
  });
});

/** The code of its error, or its status. */
function outcomeOf({ status, body }: RawAnswer): string | number {
  const { errors } = JSON.parse(String(body)) as { errors?: { code?: string }[] };
  return errors?.[0]?.code ?? status;
}

const workflows = `
identity: none
workflows:
  guard:
    trigger: { type: pre-action, collection: posts, global: true, actions: [create, update, destroy] }
    steps: []
  no-approval:
    trigger: { type: pre-action, collection: reviews, global: true, actions: [create] }
    steps:
      - type: condition
        if: has(trigger.params.values.status) && trigger.params.values.status == "approved"
        then: [{ type: end, status: failed }]
`;

const postOnly = `
identity: none
limits: { body: 1mb }
workflows:
  tell:
    trigger: { type: post-action, collection: posts, global: true, actions: [create, destroy] }
    steps: []
  look:
    trigger: { type: pre-action, collection: posts }
    steps: []
`;
