/** Polls a condition; the deadline is generous because it only decides how long a failure takes. */
const pollEveryMs = 5;

export async function until(what: string, condition: () => boolean, limitMs = 10_000): Promise<void> {
  const deadline = performance.now() + limitMs;
  while (!condition()) {
    if (performance.now() > deadline) throw new Error(`timed out: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, pollEveryMs));
  }
}
