/** Tries until it holds, a few seconds at most; then rejects with what did not. */
export async function eventually(check: () => unknown, within = 5_000): Promise<void> {
  for (const end = Date.now() + within; ;) {
    try {
      await check();
      return;
    } catch (error) {
      if (Date.now() > end) throw error;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }
}
