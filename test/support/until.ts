/** Waits until something holds, 5 s at most. */
export async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  const latest = performance.now() + 5_000;
  while (!(await holds())) {
    if (performance.now() > latest) throw new Error(`it never came to hold: ${holds.toString()}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
