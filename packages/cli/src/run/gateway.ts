import cluster from "node:cluster";
import {
  type Gateway,
  type GatewayOptions,
  joinConfig,
  readWorkerCount,
  type Served,
  startGateway,
  startWorkers,
  workerIndex,
  workTogether,
} from "@scrim/gateway";
import { collectBuffers } from "../collect-buffers.ts";
import { type CommandInput, type CommandStreams, optionText } from "../command.ts";
import { stopSignal } from "../stop-signal.ts";
import { loadAccess } from "./seldom-components.ts";

export async function run(input: CommandInput, { stderr }: CommandStreams): Promise<number> {
  const file = optionText(input, "config");
  const hangUps = followHangUps();
  const say = (line: string) => void stderr.write(`gateway: ${line}\n`);
  try {
    if (workerIndex() !== undefined) return await runWorker(file);
    const count = file === undefined ? 1 : readWorkerCount(file);
    return await (count === 1 ? runAlone(file, hangUps) : runWorkers(count, hangUps, say));
  } finally {
    hangUps.ignore();
    leaveParent();
  }
}

/** That would keep this process alive. Node's cluster takes it for the parent's end, and ends with 0 whatever went wrong, unless it is told. */
function leaveParent(): void {
  if (!process.connected) return;
  if (cluster.worker !== undefined) cluster.worker.exitedAfterDisconnect = true;
  process.disconnect?.();
}

type Say = (line: string) => void;

async function runAlone(file: string | undefined, hangUps: HangUps): Promise<number> {
  const gateway = await start(file);
  const stopped = stopSignal(); // from now on: who reads "ready" may stop it at once
  for (const line of describe(gateway)) gateway.log.info(line);
  hangUps.answer(() => void gateway.reload());
  await stopped;
  gateway.log.info("stopping: delivering what is on its way");
  await gateway.shutdown();
  return 0;
}

async function runWorkers(count: number, hangUps: HangUps, say: Say): Promise<number> {
  const log = {
    info: say,
    warn(message: string, hint?: string) {
      say(`warning: ${message}`);
      if (hint !== undefined) say(`hint: ${hint}`);
    },
  };
  let isStopping = false;
  const stopped = stopSignal().then(() => {
    isStopping = true;
    say("stopping: delivering what is on its way");
  });
  const workers = await startWorkers(count, log, stopped);
  if (workers === undefined) return isStopping ? 0 : 1;
  if (!isStopping) {
    say(`${count} workers`);
    for (const line of describe(workers)) say(line);
    hangUps.answer(() => workers.reload());
  }
  await stopped;
  await workers.shutdown();
  return 0;
}

/** One of several, which whoever started them speaks for. */
async function runWorker(file: string | undefined): Promise<number> {
  const gateway = await start(file, await joinConfig());
  await Promise.race([stopSignal(), workTogether(gateway)]);
  await gateway.shutdown();
  return 0;
}

function start(file: string | undefined, options: GatewayOptions = {}): Promise<Gateway> {
  collectBuffers();
  const configFile = file !== undefined && { configFile: file };
  return startGateway({ seldomComponents: [loadAccess], ...configFile, ...options });
}

interface HangUps {
  answer(reload: () => void): void;
  ignore(): void;
}

/** `SIGHUP` ends a process that does nothing about it, so it is heard from the beginning to the very end. */
function followHangUps(): HangUps {
  let isPending = false;
  let hear = () => {
    isPending = true;
  };
  process.on("SIGHUP", () => hear());
  return {
    answer(reload) {
      hear = reload;
      if (isPending) reload();
    },
    ignore() {
      hear = () => {};
    },
  };
}

/** Where it listens, and where it stores, a line each. */
function describe({ endpoints, metricsUrl, spoolDirectory }: Served): string[] {
  const lines = Object.entries(endpoints).flatMap(([component, addresses]) =>
    Object.entries(addresses).map(
      ([protocol, address]) => `${component} listens on ${protocol}://${address}`,
    ),
  );
  if (metricsUrl !== undefined) lines.push(`metrics on ${metricsUrl}`);
  if (spoolDirectory !== undefined) lines.push(`spool in ${spoolDirectory}`);
  return [...lines, "ready; Ctrl-C stops"];
}
