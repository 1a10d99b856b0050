import type { Refused } from "../api/ask.ts";

interface Props {
  readonly error: Refused;
  readonly retry: () => void;
}

/** Why a view can't be shown, and what to do now. */
export function Trouble({ error, retry }: Props) {
  return (
    <div class="notice-page" role="alert">
      <h2>{error.status === 0 ? "The gateway can't be reached" : "This can't be shown"}</h2>
      <p>
        {error.status === 0
          ? "It may be restarting. The page tries again when it is back."
          : error.message}
      </p>
      <button type="button" onClick={retry}>
        Try again
      </button>
    </div>
  );
}
