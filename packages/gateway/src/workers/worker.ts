import cluster from "node:cluster";
import { randomUUID } from "node:crypto";
import type { FileContents, MetricRegistry, MetricSnapshot } from "@scrim/pipeline";
import type { Gateway, GatewayOptions } from "../start-gateway.ts";
import type { FromWorker, ToWorker } from "./messages.ts";

/** Which of several worker processes this one is, and of how many. */
const INDEX_VARIABLE = "SCRIM_GATEWAY_WORKER";
const COUNT_VARIABLE = "SCRIM_GATEWAY_WORKERS";
/** What names the gateway whose worker it is. */
const INSTANCE_VARIABLE = "SCRIM_GATEWAY_INSTANCE";

const OWN_INSTANCE = randomUUID();

/** How often it is said what was counted, so that little of it is lost with the process. */
const COUNT_MS = 1_000;

/** A scrape without the others' counts would look as if counters had fallen: it fails where they aren't there in time. */
const GATHER_MS_MAX = 2_000;

/** Questions without an answer yet. */
const QUESTIONS_MAX = 64;

export function workerEnvironment(index: number, count: number): Readonly<Record<string, string>> {
  return {
    [INDEX_VARIABLE]: String(index),
    [COUNT_VARIABLE]: String(count),
    [INSTANCE_VARIABLE]: gatewayInstance(),
  };
}

/** A name of this gateway until it ends: one for all of its workers, also those that start later, and another one at each start. */
export function gatewayInstance(): string {
  return (isOneOfSeveral() ? process.env[INSTANCE_VARIABLE] : undefined) ?? OWN_INSTANCE;
}

/** How many worker processes there are; 1 where this one works alone. */
export function workerCount(): number {
  return isOneOfSeveral() ? Number(process.env[COUNT_VARIABLE]) : 1;
}

/** The number of this worker process, from 0; undefined in a process that works alone or starts others. */
export function workerIndex(): number | undefined {
  return isOneOfSeveral() ? Number(process.env[INDEX_VARIABLE]) : undefined;
}

/** One that another program's cluster has started works alone: nobody there would answer. */
function isOneOfSeveral(): boolean {
  return cluster.isWorker && process.env[COUNT_VARIABLE] !== undefined;
}

/** From now on these metrics, of a worker process, are those of all of them. Before any server of them listens. */
export function joinMetrics(metrics: MetricRegistry): void {
  if (isOneOfSeveral()) metrics.joinOthers(askOthers());
}

/** What all workers go by: the options of a gateway that is to be one of them. Resolves when whoever started this process has said it. */
export function joinConfig(): Promise<Pick<GatewayOptions, "files" | "spool" | "filesChanged">> {
  return new Promise((resolve) => {
    const hear = (message: ToWorker) => {
      if (message.type !== "begin") return;
      process.off("message", hear);
      const { files, spool } = message;
      const filesChanged = () => send({ type: "files-changed" });
      resolve({ ...(files && { files }), ...(spool && { spool }), filesChanged });
    };
    process.on("message", hear);
    send({ type: "begin" });
  });
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
  let reloaded: Promise<void> = Promise.resolve(); // one at a time, so that each is answered
  const reload = async (files: FileContents | undefined) => {
    const { status } = await gateway.reload(undefined, files);
    send({ type: "reloaded", status, files: gateway.files });
  };
  return new Promise((resolve) => {
    const end = () => {
      clearInterval(timer);
      resolve();
    };
    process.on("message", (message: ToWorker) => {
      if (message.type === "reload") reloaded = reloaded.then(() => reload(message.files));
      else if (message.type === "count") tellCounts();
      else if (message.type === "shutdown") end();
    });
    process.once("disconnect", end);
    const { endpoints, metricsUrl, spoolDirectory, files, spool } = gateway;
    send({ type: "ready", endpoints, metricsUrl, spoolDirectory, files, spool });
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
