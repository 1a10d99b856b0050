import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { told, withSteps } from "./described.ts";

/** A document whose posts are what a reference leads to. */
const referring = (reference: string) => `openapi: 3.1.0
info: { title: Blog, version: "1" }
paths:
  /posts:
    post: { requestBody: { content: { application/json: { schema: { $ref: "${reference}" } } } } }
  /posts/{id}: { get: {} }
`;

const POST = '{ "type": "object", "properties": { "title": {} } }';
const GUARD = "{ type: pre-action, collection: posts, global: true, actions: [create] }";
const READING = `      - { type: condition, if: "trigger.params.values.titel == 'x'" }`;

/** What is told of a workflow that reads a field of posts. */
const toldOf = (reference: string) =>
  told(withSteps(GUARD, READING), { "openapi.yaml": referring(reference) });

describe("a document of someone else", () => {
  for (const [what, reference] of [
    ["a device that never ends", "/dev/zero"],
    ["a file above the configuration's folder", "../../etc/passwd"],
    ["a file of another machine", "file://example.com/schema.json"],
    ["a path that no file can have", "file:///a%2Fb.json"],
    ["a name with a null byte", "x%00y.json"],
    ["a folder", "./"],
    ["another server", "http://127.0.0.1:9/schema.json"],
    ["itself", "#/paths/~1posts/post/requestBody/content/application~1json/schema"],
  ] as const) {
    it(`can't have ${what} read: its types are any`, async () => {
      expect(await toldOf(reference)).to.deep.equal([]);
    });
  }

  it("can't have a file outside the folder read, which a schema could show", async () => {
    const outside = await mkdtemp(join(tmpdir(), "sidehook-outside-"));
    try {
      await writeFile(join(outside, "post.json"), POST);
      expect(await toldOf(join(outside, "post.json"))).to.deep.equal([]);
    } finally {
      await rm(outside, { recursive: true });
    }
  });

  it("is followed to files beside it and below", async () => {
    const files = {
      "openapi.yaml": referring("post.json"),
      "post.json": POST,
    };
    expect(await told(withSteps(GUARD, READING), files)).to.deep.equal([
      'gateway.yaml:7:55: workflows.w.steps.0.if: posts has no field "titel"; did you mean "title"?',
    ]);
  });
});
