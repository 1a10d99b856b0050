import { type Json, type JsonObject, jsonText } from "../../src/model/json.ts";

/** What starts a workflow, in words. */
export function TriggerText({ trigger }: { readonly trigger: JsonObject }) {
  const { type, ...others } = trigger;
  const rest = Object.entries(others).filter(([name]) => !TOLD.has(name));
  return (
    <div class="trigger">
      <p>{sentenceOf(textOf(type), trigger)}</p>
      {rest.length > 0 && (
        <p class="quiet">
          {rest.map(([name, value]) => (
            <code key={name}>
              {name}: {textOf(value)}
            </code>
          ))}
        </p>
      )}
    </div>
  );
}

/** The keys that the sentence tells. */
const TOLD = new Set(["collection", "actions", "global", "sync"]);

function sentenceOf(type: string, { collection, actions, global, sync }: JsonObject): string {
  const list = Array.isArray(actions) ? actions.join(", ") : "any action";
  const when = global === true ? "on every such request" : "when a request names it";
  const waits =
    sync === true ? "The client waits for it." : "It is queued; no client waits for it.";
  if (type === "pre-action")
    return `Before ${list} of ${textOf(collection)}, ${when}. The client waits for it.`;
  if (type === "post-action") return `After ${list} of ${textOf(collection)}, ${when}. ${waits}`;
  if (type === "custom-action")
    return `As a custom action of ${textOf(collection ?? "no collection")}, ${when}. ${waits}`;
  if (type === "webhook") return `When a webhook comes. ${waits}`;
  if (type === "schedule") return "At times. No client waits for it.";
  if (type === "subflow") return "When a subflow step of another workflow runs it.";
  return `On ${type}.`;
}

const textOf = (value: Json | undefined) =>
  typeof value === "string" ? value : jsonText(value ?? null);
