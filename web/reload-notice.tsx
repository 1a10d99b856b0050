import type { Reload } from "./api/answers.ts";
import { Time } from "./parts/time.tsx";

/** Says that the last reload was refused, so that the gateway goes on with the configuration from before. */
export function ReloadNotice({ last }: { readonly last: Reload | null }) {
  if (last === null || last.ok) return null;
  return (
    <div class="reload-notice" role="alert">
      <p>
        <b>The configuration was not reloaded</b> (<Time iso={last.at} />
        ). The gateway goes on with the one from before.
      </p>
      {last.message && <pre>{last.message}</pre>}
    </div>
  );
}
