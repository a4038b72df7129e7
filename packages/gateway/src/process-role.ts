import { OperatingError } from "@scrim/errors";

/** What a process is: one that takes in anybody's data, or one that holds keys which open what was sealed. Never both. */
export type ProcessRole = "gateway" | "reveal";

/** Known to all copies of this module in the process. How many run. */
const MARKS: Readonly<Record<ProcessRole, symbol>> = {
  gateway: Symbol.for("scrim.gateway"),
  reveal: Symbol.for("scrim.reveal"),
};
const running = globalThis as unknown as Record<symbol, number | undefined>;

/**
 * Marks the process; returns how the mark is taken off again, which may be called twice.
 *
 * @throws {OperatingError} `PROCESS_SHARED` where the other role runs in this process
 */
export function takeProcessRole(role: ProcessRole): () => void {
  const mark = MARKS[role];
  const other = MARKS[role === "gateway" ? "reveal" : "gateway"];
  if ((running[other] ?? 0) > 0) {
    throw new OperatingError("PROCESS_SHARED", `${RUNS[role]} in this process`, {
      hint: "run the reveal service as a process of its own, under its own user: scrim reveal serve",
    });
  }
  running[mark] = (running[mark] ?? 0) + 1;
  let isTaken = true;
  return () => {
    if (isTaken) running[mark] = (running[mark] ?? 1) - 1;
    isTaken = false;
  };
}

const RUNS: Readonly<Record<ProcessRole, string>> = {
  gateway: "a reveal service runs",
  reveal: "a gateway runs",
};
