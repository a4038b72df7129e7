import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { ROOT } from "../../packages/workspace.ts";

/** A real gateway, as its users run it: `scrim gateway -c FILE` in a process of its own. */
export interface GatewayProcess {
  /** Resolves when it takes in data; undefined where it ended before that. */
  readonly ready: Promise<GatewayPorts | undefined>;
  /** Resolves with the exit code, or the signal that ended it. */
  readonly ended: Promise<number | NodeJS.Signals>;
  readonly hasEnded: () => boolean;
  /** All that it wrote so far. */
  readonly output: () => string;
  /** Workers that have ended and were to be replaced, in turn. */
  readonly workerEnds: readonly WorkerEnd[];
  signal(name: NodeJS.Signals): void;
  /** `kill -9` of all its processes at once. */
  killAll(): void;
  /** `kill -9` of one of its workers, chosen by a number in [0, 1); false where there is none. */
  killWorker(which: number): boolean;
}

/** When it was said, by the monotonic clock, and how it ended: a signal, or `exit code` with its number. */
interface WorkerEnd {
  readonly at_ms: number;
  readonly how: string;
}

interface GatewayPorts {
  readonly http: number;
  readonly grpc: number;
  readonly metrics: number;
  readonly pages: number;
}

/** What goes wrong inside a gateway: environment of the preloads in `preload/`. */
export type InnerFaults = Readonly<Record<string, string>>;

const MAIN = join(ROOT, "packages/cli/src/main.ts");
const PRELOADS = ["await-points", "clock-jumps", "file-faults", "planted-bug"].map(
  (name) => pathToFileURL(join(import.meta.dirname, `preload/${name}.ts`)).href,
);

/** Wide enough for a machine that does much else. */
const START_MS_MAX = 180_000;

/** Process groups of gateways that run: they end with us. */
const RUNNING = new Set<number>();

/** For whoever ends before its time. */
export function killAllGateways(): void {
  for (const group of RUNNING) killGroup(group);
}

function killGroup(group: number): void {
  try {
    process.kill(-group, "SIGKILL");
  } catch {
    // All of it has ended.
  }
}

/** @param namespace the network namespace to run in, as a path; ours unless given */
export function startGatewayProcess(
  configFile: string,
  inner: InnerFaults,
  namespace: string | undefined,
): GatewayProcess {
  const needed = PRELOADS.filter((url) =>
    Object.keys(inner).some((name) => url.includes(PRELOAD_OF[name] ?? "?")),
  );
  const enter = namespace === undefined ? [] : ["nsenter", `--net=${namespace}`];
  const imports = needed.flatMap((url) => ["--import", url]);
  const [file, ...args] = [...enter, process.execPath, ...imports, MAIN, "gateway", "-c", configFile];
  const child = spawn(file!, args, {
    cwd: ROOT,
    detached: true, // a group of its own, which can be killed as one
    stdio: ["ignore", "pipe", "pipe"],
    env: {
      ...process.env,
      NODE_COMPILE_CACHE: join(ROOT, "node_modules/.cache/node-compile"),
      ORACLE_PSEUDONYM_KEY: "0f".repeat(32),
      ...inner,
    },
  });
  const group = child.pid!;
  RUNNING.add(group);
  const workerEnds: WorkerEnd[] = [];
  let text = "";
  const ready = Promise.withResolvers<GatewayPorts | undefined>();
  const timer = setTimeout(() => killGroup(group), START_MS_MAX);
  const hear = (piece: string) => {
    text += piece;
    if (READY.test(text)) {
      clearTimeout(timer);
      ready.resolve(portsIn(text));
    }
    const ends = [...text.matchAll(/^gateway: warning: worker \d+ has ended \(([^)]+)\)/gm)];
    for (const [, how] of ends.slice(workerEnds.length))
      workerEnds.push({ at_ms: performance.now(), how: how! });
  };
  child.stdout.setEncoding("utf8").on("data", hear);
  child.stderr.setEncoding("utf8").on("data", hear);
  // Workers hold its output open: it has ended when all of them have.
  const ended = once(child, "close").then(([code, signal]) => {
    RUNNING.delete(group);
    clearTimeout(timer);
    ready.resolve(undefined);
    return (code ?? signal) as number | NodeJS.Signals;
  });
  const output = () => text;
  return {
    ready: ready.promise,
    ended,
    hasEnded: () => child.exitCode !== null || child.signalCode !== null,
    output,
    workerEnds,
    signal: (name) => void child.kill(name),
    killAll: () => killGroup(group),
    killWorker(which) {
      const workers = childrenOf(group);
      const victim = workers[Math.floor(which * workers.length)];
      return victim !== undefined && kill(victim);
    },
  };
}

function childrenOf(pid: number): readonly number[] {
  try {
    return readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").split(" ").filter(Boolean).map(Number);
  } catch {
    return [];
  }
}

function kill(pid: number): boolean {
  try {
    return process.kill(pid, "SIGKILL");
  } catch {
    return false;
  }
}

/** Which preload reads which variable. */
const PRELOAD_OF: Readonly<Record<string, string>> = {
  ORACLE_KILL_AT: "await-points",
  ORACLE_CLOCK: "clock-jumps",
  ORACLE_FILES: "file-faults",
  ORACLE_PLANT: "planted-bug",
};

/** What a gateway says when it takes in data. */
const READY = /^gateway: ready/m;

function portsIn(text: string): GatewayPorts {
  const port = (what: string) =>
    Number(new RegExp(`^gateway: ${what}://[\\d.]+:(\\d+)`, "m").exec(text)?.[1]);
  return {
    http: port("receivers.otlp listens on http"),
    grpc: port("receivers.otlp listens on grpc"),
    metrics: port("metrics on http"),
    pages: port("extensions.zpages listens on http"),
  };
}
