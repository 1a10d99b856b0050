import { readConfig } from "../../src/configuration.ts";
import { ConfigError } from "../../src/config/config-error.ts";
import type { Config } from "../../src/model/config.ts";
import { problemText } from "../../src/model/position.ts";
import { inFolder } from "../config/parts.ts";

/** An OpenAPI document of posts, with a list, a nested object, and optional fields. */
export const POSTS = `openapi: 3.1.0
info: { title: Blog, version: "1" }
paths:
  /posts:
    get:
      responses:
        "200":
          content: { application/json: { schema: { type: array, items: { $ref: "#/components/schemas/Post" } } } }
    post:
      requestBody: { $ref: "#/components/requestBodies/Post" }
      responses:
        "201":
          content: { application/json: { schema: { $ref: "#/components/schemas/Post" } } }
  /posts/{id}:
    get:
      responses:
        "200":
          content: { application/json: { schema: { $ref: "#/components/schemas/Post" } } }
    patch:
      requestBody: { $ref: "#/components/requestBodies/Post" }
      responses: { "204": {} }
  /posts/{id}/publish:
    post:
      responses: { "204": {} }
  /v2/articles:
    get:
      responses:
        "200":
          content: { application/json: { schema: { type: array, items: { type: object } } } }
    post: { responses: { "201": {} } }
  /v2/articles/{slug}:
    get:
      responses:
        "200":
          content:
            application/json:
              schema: { type: object, required: [slug], properties: { slug: { type: string } } }
components:
  requestBodies:
    Post:
      content: { application/json: { schema: { $ref: "#/components/schemas/Post" } } }
  schemas:
    Post:
      type: object
      required: [id, title, price, tags, author, status]
      properties:
        id: { type: integer, readOnly: true }
        title: { type: string }
        subtitle: { type: [string, "null"] }
        price: { type: number }
        published: { type: boolean }
        status: { enum: [draft, published] }
        tags: { type: array, items: { type: string } }
        author: { $ref: "#/components/schemas/Author" }
    Author:
      type: object
      required: [name, posts]
      properties:
        name: { type: string }
        posts: { type: array, items: { $ref: "#/components/schemas/Post" } }
`;

/** A configuration with a document beside it. The workflow's steps begin on line 6. */
export const withSteps = (trigger: string, steps: string) => `identity: none
upstream: { url: "http://127.0.0.1:3000", openapi: openapi.yaml }
workflows:
  w:
    trigger: ${trigger}
    steps:
${steps}`;

/** What a configuration has against it: problems if there are any, else warnings; file names without their folder. */
export function told(
  text: string,
  files: Readonly<Record<string, string | Buffer>> = { "openapi.yaml": POSTS },
): Promise<string[]> {
  return inFolder({ "gateway.yaml": text, ...files }, async (file, folder) => {
    const here = (line: string) => line.replaceAll(`${folder}/`, "");
    try {
      const { warnings } = await readConfig(file, {});
      return warnings.map((one) => `warning ${here(problemText(one))}`);
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      return error.problems.map((one) => here(problemText(one)));
    }
  });
}

/** A configuration that is loaded, with a document beside it. */
export const loaded = (
  text: string,
  files: Readonly<Record<string, string | Buffer>> = { "openapi.yaml": POSTS },
): Promise<Config> => inFolder({ "gateway.yaml": text, ...files }, (file) => readConfig(file, {}));
