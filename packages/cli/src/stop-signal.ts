/** One wish to stop may come as several signals: from the terminal, and passed on by a parent. */
const SAME_WISH_MS = 1_000;

/** Resolves at the first signal; one that comes later than a moment after it ends the process at once. */
export function stopSignal(): Promise<void> {
  return new Promise((resolve) => {
    let since: number | undefined;
    const stop = (signal: NodeJS.Signals) => {
      since ??= performance.now();
      resolve();
      if (performance.now() - since <= SAME_WISH_MS) return;
      process.off("SIGINT", stop);
      process.off("SIGTERM", stop);
      process.kill(process.pid, signal);
    };
    process.on("SIGINT", stop);
    process.on("SIGTERM", stop);
  });
}
