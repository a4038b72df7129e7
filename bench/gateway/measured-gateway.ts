import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { MEASURED_CORE, startChild, type Usage, usageOf } from "./child.ts";
import type { Protocol } from "./load-request.ts";

/** A gateway in a process of its own, with one core. */
export interface MeasuredGateway {
  readonly ports: Readonly<Record<Protocol, number>>;
  usage(): Usage;
  /** Log records that its exporters have brought to their destinations. */
  exported(): Promise<number>;
  /** Puts another configuration into its file, and asks it by a signal to read that. */
  reload(config: string): void;
  /** A page of its metrics. */
  metrics(): Promise<string>;
  stop(): Promise<void>;
}

/** How to start a program that says its ports somewhere. */
export interface GatewayProgram {
  readonly config: string;
  readonly command: (configFile: string) => readonly string[];
  readonly env?: NodeJS.ProcessEnv;
  /** Undefined until it is ready. */
  readonly ready: (output: string) => (Readonly<Record<Protocol, number>> & { metrics: number }) | undefined;
}

const START_MS_MAX = 60_000;
const SENT = /^otelcol_exporter_sent_log_records(?:_total)?(?:__records__total)?(?:\{.*\})? (\S+)$/gm;

/** Its files and its spool lie in a folder of their own, which is gone when it has stopped. */
export async function startMeasured(program: GatewayProgram): Promise<MeasuredGateway> {
  const folder = mkdtempSync(join(tmpdir(), "scrim-load-"));
  const file = join(folder, "gateway.yaml");
  writeFileSync(file, program.config, { mode: 0o600 });
  const child = startChild(MEASURED_CORE, program.command(file), {
    SCRIM_BENCH_FOLDER: folder,
    ...program.env,
  });
  const { metrics, ...ports } = await untilReady(child, program);
  const page = async () => (await fetch(`http://127.0.0.1:${metrics}/metrics`)).text();
  return {
    ports,
    usage: () => usageOf(child.pid!),
    exported: async () =>
      [...(await page()).matchAll(SENT)].reduce((sum, [, value]) => sum + Number(value), 0),
    reload(config) {
      writeFileSync(file, config, { mode: 0o600 });
      child.kill("SIGHUP");
    },
    metrics: page,
    async stop() {
      if (child.exitCode === null && child.signalCode === null) {
        const ended = once(child, "exit");
        child.kill("SIGTERM");
        await ended;
      }
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function untilReady(child: ChildProcess, { ready }: GatewayProgram) {
  let output = "";
  for (const stream of [child.stdout!, child.stderr!])
    stream.setEncoding("utf8").on("data", (piece: string) => {
      if (output.length < 100_000) output += piece;
    });
  for (const start = performance.now(); performance.now() - start < START_MS_MAX; await sleep(50)) {
    const found = ready(output);
    if (found !== undefined) return found;
    if (child.exitCode !== null || child.signalCode !== null) break;
  }
  child.kill("SIGKILL");
  throw new Error(`it did not start:\n${output}`);
}
