/** Stands in place of every view when the admin port does not know the reader any more. */
export function SignedOut() {
  return (
    <div class="notice-page" role="alert">
      <h2>You are signed out</h2>
      <p>The admin port needs a user: one of those under `admin.users` in the configuration.</p>
      <button type="button" class="primary" onClick={() => location.reload()}>
        Sign in
      </button>
    </div>
  );
}
