/** Waits until something holds; 50 s at most, which is only a bound for what never comes. */
export async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  const latest = performance.now() + 50_000;
  while (!(await holds())) {
    if (performance.now() > latest) throw new Error(`it never came to hold: ${holds.toString()}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
