import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { cpus } from "node:os";

/** Jiffies of /proc are hundredths of a second on every Linux that Node runs on. */
const US_PER_JIFFY = 10_000;

/** Which core a process may use. What is measured has one for itself; what loads and drains it shares the next. */
export const MEASURED_CORE = 0;
export const OTHER_CORE = 1;

const canPin = cpus().length > 1 && spawnSync("taskset", ["-c", "0", "true"]).status === 0;

/** A sentence for the report: whether the numbers are those of one core. */
export const PINNED = canPin
  ? "What is measured has one core, load and destination the other."
  : "Processes could not be bound to cores.";

/** A program on one core, with a way to send it messages. Ends with this process. */
export function startChild(
  core: number,
  command: readonly string[],
  env: NodeJS.ProcessEnv = {},
): ChildProcess {
  const [program, ...args] = canPin ? ["taskset", "-c", String(core), ...command] : command;
  const child = spawn(program!, args, {
    stdio: ["ignore", "pipe", "pipe", "ipc"],
    env: { ...process.env, ...env },
  });
  const end = () => void child.kill("SIGKILL");
  process.once("exit", end);
  child.once("exit", () => process.off("exit", end));
  return child;
}

/** What a process has used so far. */
export interface Usage {
  readonly cpu_us: number;
  readonly rss_bytes: number;
  /** The most it ever had. */
  readonly rss_peak_bytes: number;
}

/** Of all of its threads. Linux alone tells. */
export function usageOf(pid: number): Usage {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" "); // from the third on: the second may hold spaces
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  const bytes = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+) kB`, "m").exec(status)?.[1]) * 1024;
  return {
    cpu_us: (Number(fields[11]) + Number(fields[12])) * US_PER_JIFFY,
    rss_bytes: bytes("VmRSS"),
    rss_peak_bytes: bytes("VmHWM"),
  };
}
