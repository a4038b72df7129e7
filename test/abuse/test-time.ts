import { vi } from "vitest";
import { NOW } from "./enrolment.ts";

/** Both clocks of this process, which stand still until they are told. */
export interface TestTime {
  advance(seconds: number): void;
  /** Sets the wall clock by so many seconds, as an administrator does. The other only runs forward. */
  setClock(seconds: number): void;
  /** Sets the wall clock to where each test begins. */
  reset(): void;
  free(): void;
}

export function standStill(): TestTime {
  vi.useFakeTimers({ toFake: ["Date", "performance"], now: NOW * 1000 });
  return {
    advance: (seconds) => void vi.advanceTimersByTime(seconds * 1000),
    setClock: (seconds) => void vi.setSystemTime(Date.now() + seconds * 1000),
    reset: () => void vi.setSystemTime(NOW * 1000),
    free: () => void vi.useRealTimers(),
  };
}

/** Waits until something is so, on the clock outside. */
export async function until(isSo: () => boolean | Promise<boolean>, what: string): Promise<void> {
  const end = process.hrtime.bigint() + 20_000_000_000n;
  while (!(await isSo())) {
    if (process.hrtime.bigint() > end) throw new Error(`it took too long: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
