/** Tries until it holds; after 50 s, which is only a bound for what never comes, it rejects with what did not hold. */
export async function eventually(check: () => unknown): Promise<void> {
  const latest = performance.now() + 50_000;
  for (;;) {
    try {
      await check();
      return;
    } catch (error) {
      if (performance.now() > latest) throw error;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }
}
