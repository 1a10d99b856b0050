import { expect } from "chai";
import { z } from "zod";
import { configurationSchema } from "../../src/configuration.ts";
import { stepTypes } from "../../src/steps/index.ts";
import { triggerTypes } from "../../src/triggers/index.ts";
import { sidehook } from "../support/command.ts";

interface Schema {
  readonly properties: Readonly<Record<string, unknown>>;
  readonly additionalProperties: unknown;
  readonly allOf: readonly {
    readonly if: { readonly properties: { readonly type: { readonly const: string } } };
    readonly then: Schema;
  }[];
  readonly $defs: Readonly<Record<"step" | "trigger" | "steps" | "workflow", Schema>>;
}

describe("the JSON Schema of the configuration", () => {
  const schema = configurationSchema() as unknown as Schema;
  const { step, trigger } = schema.$defs;
  const shapeOf = (of: Schema, type: string): Schema =>
    of.allOf.find((one) => one.if.properties.type.const === type)!.then;

  it("knows every step type and every trigger type, with all their keys", () => {
    expect(typesOf(step)).to.deep.equal([...stepTypes.keys()]);
    expect(typesOf(trigger)).to.deep.equal([...triggerTypes.keys()]);
    for (const [of, types] of [
      [step, stepTypes],
      [trigger, triggerTypes],
    ] as const) {
      for (const { type, config } of types.values()) {
        const own = z.toJSONSchema(config as z.ZodType, { io: "input", unrepresentable: "any" });
        expect(Object.keys(shapeOf(of, type).properties), type).to.include.members(
          Object.keys(own.properties ?? {}),
        );
      }
    }
  });

  it("takes no key that nobody knows: of the file, of a workflow, of a step", () => {
    expect(schema.additionalProperties).to.equal(false);
    expect(schema.$defs.workflow.additionalProperties).to.equal(false);
    for (const { type } of stepTypes.values()) {
      expect(shapeOf(step, type).additionalProperties, type).to.equal(false);
    }
  });

  it("leads from a step that holds steps to the schema of steps", () => {
    expect(shapeOf(step, "condition").properties["then"]).to.include({ $ref: "#/$defs/steps" });
    expect(shapeOf(step, "loop").properties["steps"]).to.include({ $ref: "#/$defs/steps" });
  });

  it("takes a text with an expression or a variable wherever a number may stand", () => {
    const { attempts } = propertiesIn(shapeOf(step, "log").properties["retry"]);
    expect(JSON.stringify(attempts)).to.include('{"type":"string","pattern":"\\\\$\\\\{"}');
  });

  it("tells what each key means", () => {
    // The facts of an API have a table of their own; each is a short word or a pattern.
    const { upstream, ...sections } = schema.properties as Record<string, unknown>;
    expect(untold({ properties: sections })).to.deep.equal([]);
    expect(
      untold({ properties: { upstream } }).filter((path) => !path.includes(".api.")),
    ).to.deep.equal([]);
    expect(untold(schema.$defs.workflow)).to.deep.equal([]);
    for (const { if: asked, then } of [...step.allOf, ...trigger.allOf]) {
      expect(untold(then), asked.properties.type.const).to.deep.equal([]);
    }
  });

  it("refers only to what is in it", () => {
    const refs = new Set(
      [...JSON.stringify(schema).matchAll(/"\$ref":"([^"]+)"/g)].map(([, to]) => to),
    );
    expect([...refs]).to.have.members(
      ["step", "steps", "trigger", "workflow"].map((name) => `#/$defs/${name}`),
    );
  });

  it("is beside that of tests, which `sidehook schema --tests` prints", async () => {
    const { stdout } = await sidehook(["schema", "--tests"]);
    const { properties } = JSON.parse(stdout) as {
      properties: { tests: { items: { properties: object; required: string[] } } };
    };
    const { items } = properties.tests;
    expect(items.required).to.deep.equal(["name", "expect"]);
    expect(Object.keys(items.properties)).to.include.members(["request", "steps", "upstream"]);
  });

  it("is what `sidehook schema` prints", async () => {
    const { code, stdout } = await sidehook(["schema"]);
    expect(code).to.equal(0);
    expect(JSON.parse(stdout)).to.deep.equal(JSON.parse(JSON.stringify(schema)));
  });
});

/** The paths of the keys below a schema that have no words. */
function untold(value: unknown, path = ""): string[] {
  const {
    properties = {},
    anyOf = [],
    items,
    additionalProperties,
  } = value as {
    readonly properties?: Readonly<Record<string, { description?: string; $ref?: string }>>;
    readonly anyOf?: readonly unknown[];
    readonly items?: unknown;
    readonly additionalProperties?: unknown;
  };
  const inner = [...anyOf, items, additionalProperties].filter((one) => typeof one === "object");
  return [
    ...Object.entries(properties).flatMap(([name, one]) => [
      ...((one.description ?? one.$ref) ? [] : [`${path}.${name}`]),
      ...untold(one, `${path}.${name}`),
    ]),
    ...inner.flatMap((one) => untold(one, path)),
  ];
}

const typesOf = (schema: Schema): readonly string[] =>
  (schema.properties["type"] as { readonly enum: readonly string[] }).enum;

/** The properties of a mapping that may also be written otherwise. */
function propertiesIn(schema: unknown): Readonly<Record<string, unknown>> {
  const { properties, anyOf = [] } = schema as {
    readonly properties?: Readonly<Record<string, unknown>>;
    readonly anyOf?: readonly unknown[];
  };
  return properties ?? propertiesIn(anyOf[0]);
}
