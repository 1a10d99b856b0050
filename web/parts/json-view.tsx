import { Code } from "./code.tsx";
import { useState } from "preact/hooks";
import type { Json } from "../../src/model/json.ts";
import { prettyJson } from "../text/pretty-json.ts";

/** The characters that are shown at first of a long value. */
const SHOWN = 20_000;

/** A value as JSON. A long one is cut until it is asked for. */
export function JsonView({ value, label }: { readonly value: Json; readonly label: string }) {
  const [whole, setWhole] = useState(false);
  const text = prettyJson(value);
  const cut = !whole && text.length > SHOWN;
  return (
    <>
      <Code label={label} text={text}>
        {cut ? text.slice(0, SHOWN) : text}
      </Code>
      {cut && (
        <button type="button" onClick={() => setWhole(true)}>
          Show all {text.length.toLocaleString()} characters
        </button>
      )}
    </>
  );
}
