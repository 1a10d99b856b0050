import { type FrontDoorOptions, type Look, frontDoor } from "../../src/front/front-door.ts";
import type { Verdict } from "../../src/model/verdict.ts";
import { primaryKeys } from "../../src/model/primary-key.ts";
import { presets } from "../../src/proxy/apis/index.ts";
import { queryKeys } from "../../src/proxy/apis/query-keys.ts";
import { translator } from "../../src/proxy/apis/translate.ts";
import { aWorkflow } from "../support/runs.ts";

/** A collection and the actions of it that an enabled global workflow guards: `["posts", "create", "update"]`. */
export type Guard = readonly [collection: string, ...actions: string[]];

/** What a test says of a front door; the rest is as a configuration has it by default. */
export interface LookOptions extends Partial<Omit<FrontDoorOptions, "workflows" | "keysIn">> {
  /** The name of a preset. */
  readonly api?: string;
  readonly guards?: readonly Guard[];
}

/** A front door with the translator of a preset behind it. */
export function lookOf({ api = "rest", guards = [], ...own }: LookOptions = {}): Look {
  const facts = presets.get(api);
  if (facts === undefined) throw new Error(`no preset ${api}`);
  const primaryKeyOf = primaryKeys(own.collections ?? {}, facts.primaryKey);
  return frontDoor({
    prefix: facts.prefix,
    base: "/",
    caseSensitive: false,
    collections: {},
    routes: [],
    workflows: guards.map(([collection, ...actions], index) => guard(index, collection, actions)),
    form: facts.form,
    withheld: facts.withheld,
    applications: facts.applications,
    leaveUnknown: facts.unknownWorkflows === "leave",
    closed: [],
    translate: translator(facts, primaryKeyOf),
    keysIn: queryKeys(facts, primaryKeyOf),
    ...own,
  });
}

const guard = (index: number, collection: string, actions: readonly string[]) =>
  aWorkflow({
    key: `guard-${index}`,
    trigger: {
      type: "pre-action",
      collection,
      global: true,
      actions,
      roles: null,
      each: "record",
      observe: false,
      bodies: "readable",
    },
  });

/**
 * A verdict in one line.
 *
 *     "hooks posts update 1 → PATCH /posts/1"   "pass GET /notes"   "refuse BAD_PATH"   "web"
 */
export function verdictText(verdict: Verdict): string {
  if (verdict.way === "web") return "web";
  if (verdict.way === "refuse") return `refuse ${verdict.error.code}`;
  const line = verdict.line === null ? "nothing" : `${verdict.line.method} ${verdict.line.path}`;
  if (verdict.way !== "hooks") return `${verdict.way} ${line}`;
  const { collection, name, keys } = verdict.action;
  return `hooks ${[collection, name, ...keys].join(" ")} → ${line}`;
}
