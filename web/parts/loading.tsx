/** Stands where something is on its way. */
export function Loading({ what }: { readonly what: string }) {
  return (
    <div class="loading" role="status">
      <span class="hidden">Loading {what}</span>
      <i />
      <i />
      <i />
    </div>
  );
}
