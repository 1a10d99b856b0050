import type { RunDetail } from "../api/answers.ts";
import { DiffView } from "../parts/diff-view.tsx";
import { JsonView } from "../parts/json-view.tsx";
import { prettyJson } from "../text/pretty-json.ts";

/** What started the run: its context, and the request as it was forwarded where the run could change it. */
export function RequestSection({ run }: { readonly run: RunDetail }) {
  const { request, trigger } = run;
  const before = request ? prettyJson(request.before) : "";
  const after = request ? prettyJson(request.after) : "";
  return (
    <section aria-labelledby="request">
      <h2 id="request">Request</h2>
      {request && before !== after && (
        <>
          <p>The run changed the request: from what came (−) to what it passed on (+).</p>
          <DiffView before={before} after={after} label="The request before and after the run" />
        </>
      )}
      {request && before === after && <p class="quiet">The run left the request as it came.</p>}
      <details open={!request || before === after}>
        <summary>What the run saw as trigger</summary>
        <JsonView value={trigger} label="The trigger" />
      </details>
    </section>
  );
}
