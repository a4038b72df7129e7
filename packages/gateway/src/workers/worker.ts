import cluster from "node:cluster";
import type { MetricRegistry, MetricSnapshot } from "@scrim/pipeline";
import type { Gateway } from "../start-gateway.ts";
import type { FromWorker, ToWorker } from "./messages.ts";

/** Which of several worker processes this one is, and of how many. */
const INDEX_VARIABLE = "SCRIM_GATEWAY_WORKER";
const COUNT_VARIABLE = "SCRIM_GATEWAY_WORKERS";

/** How often it is said what was counted, so that little of it is lost with the process. */
const COUNT_MS = 1_000;

/** A scrape without the others' counts would look as if counters had fallen: it fails where they aren't there in time. */
const GATHER_MS_MAX = 2_000;

/** Questions without an answer yet. */
const QUESTIONS_MAX = 64;

export function workerEnvironment(index: number, count: number): Readonly<Record<string, string>> {
  return { [INDEX_VARIABLE]: String(index), [COUNT_VARIABLE]: String(count) };
}

/** How many worker processes there are; 1 where this one works alone. */
export function workerCount(): number {
  return cluster.isWorker ? Number(process.env[COUNT_VARIABLE] ?? 1) : 1;
}

/** The number of this worker process, from 0; undefined in a process that works alone or starts others. */
export function workerIndex(): number | undefined {
  return cluster.isWorker ? Number(process.env[INDEX_VARIABLE] ?? 0) : undefined;
}

/**
 * From now on these metrics, of a worker process, are those of all of them. Before any server of them listens. A worker that another program's cluster
 * has started works alone: nobody there would answer.
 */
export function joinMetrics(metrics: MetricRegistry): void {
  if (cluster.isWorker && process.env[COUNT_VARIABLE] !== undefined) metrics.joinOthers(askOthers());
}

/**
 * Has a gateway work as one of several processes: it reloads and ends when it is told to, also where whoever started it is
 * gone.
 *
 * @returns when it is to end; the caller shuts the gateway down
 */
export function workTogether(gateway: Gateway): Promise<void> {
  const tellCounts = () => send({ type: "metrics", snapshot: gateway.metrics.snapshot() });
  const timer = setInterval(tellCounts, COUNT_MS);
  return new Promise((resolve) => {
    const end = () => {
      clearInterval(timer);
      resolve();
    };
    process.on("message", ({ type }: ToWorker) => {
      if (type === "reload") void gateway.reload();
      else if (type === "count") tellCounts();
      else if (type === "shutdown") end();
    });
    process.once("disconnect", end);
    const { endpoints, metricsUrl, spoolDirectory } = gateway;
    send({ type: "ready", endpoints, metricsUrl, spoolDirectory });
  });
}

function send(message: FromWorker): void {
  if (process.connected) process.send?.(message, undefined, {}, () => {});
}

function askOthers(): () => Promise<readonly MetricSnapshot[] | undefined> {
  let last = 0;
  const open = new Map<number, (snapshot: readonly MetricSnapshot[]) => void>();
  process.on("message", (message: ToWorker) => {
    if (message.type === "gathered") open.get(message.question)?.(message.snapshot);
  });
  return () => {
    if (open.size >= QUESTIONS_MAX) return Promise.resolve(undefined);
    const question = ++last;
    return new Promise((resolve) => {
      const answer = (snapshot: readonly MetricSnapshot[] | undefined) => {
        clearTimeout(timer);
        open.delete(question);
        resolve(snapshot);
      };
      const timer = setTimeout(() => answer(undefined), GATHER_MS_MAX);
      open.set(question, answer);
      send({ type: "gather", question });
    });
  };
}
