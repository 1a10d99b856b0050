import { Code } from "../parts/code.tsx";
import type { RunDetail } from "../api/answers.ts";
import { curlOf } from "../text/curl.ts";

/** A command that sends the request again. Nothing where no request caused the run. */
export function CurlSection({ run }: { readonly run: RunDetail }) {
  const line = curlOf(run);
  if (line === null) return null;
  return (
    <section aria-labelledby="curl">
      <h2 id="curl">Send the request again</h2>
      <p class="quiet">
        <code>$GATEWAY</code> is the address of the gateway, <code>$TOKEN</code> a token of the
        caller. What was a secret is not recorded; put it in where it says <code>[redacted]</code>.
      </p>
      <Code label="The curl command" text={line}>
        {line}
      </Code>
    </section>
  );
}
