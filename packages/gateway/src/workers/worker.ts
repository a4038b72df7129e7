import cluster from "node:cluster";
import type { MetricSnapshot } from "@scrim/pipeline";
import type { Gateway } from "../start-gateway.ts";
import type { FromWorker, ToWorker } from "./messages.ts";

/** Which of several worker processes this one is, and of how many. */
const INDEX_VARIABLE = "SCRIM_GATEWAY_WORKER";
const COUNT_VARIABLE = "SCRIM_GATEWAY_WORKERS";

/** How often it is said what was counted, so that little of it is lost with the process. */
const COUNT_MS = 1_000;

/** Where others don't answer in time, a scrape gets what this process knows. */
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
 * Has a gateway work as one of several processes: it reloads and ends when it is told to, also where whoever started it is
 * gone, and its metrics are those of all.
 *
 * @returns when it is to end; the caller shuts the gateway down
 */
export function workTogether(gateway: Gateway): Promise<void> {
  const send = (message: FromWorker) => {
    if (process.connected) process.send?.(message, undefined, {}, () => {});
  };
  const tellCounts = () => send({ type: "metrics", snapshot: gateway.metrics.snapshot() });
  gateway.metrics.joinOthers(askOthers(gateway, send));
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
    send({ type: "ready", endpoints: gateway.endpoints, metricsUrl: gateway.metricsUrl });
  });
}

function askOthers(
  gateway: Gateway,
  send: (message: FromWorker) => void,
): () => Promise<readonly MetricSnapshot[]> {
  let last = 0;
  const open = new Map<number, (snapshot: readonly MetricSnapshot[]) => void>();
  process.on("message", (message: ToWorker) => {
    if (message.type === "gathered") open.get(message.question)?.(message.snapshot);
  });
  return () => {
    if (open.size >= QUESTIONS_MAX) return Promise.resolve(gateway.metrics.snapshot());
    const question = ++last;
    return new Promise((resolve) => {
      const answer = (snapshot: readonly MetricSnapshot[]) => {
        clearTimeout(timer);
        open.delete(question);
        resolve(snapshot);
      };
      const timer = setTimeout(() => answer(gateway.metrics.snapshot()), GATHER_MS_MAX);
      open.set(question, answer);
      send({ type: "gather", question });
    });
  };
}
