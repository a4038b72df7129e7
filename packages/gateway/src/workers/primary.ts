import cluster, { type Worker } from "node:cluster";
import { setTimeout as sleep } from "node:timers/promises";
import { OperatingError } from "@scrim/errors";
import {
  type Log,
  MetricRegistry,
  type MetricSnapshot,
  mergeSnapshots,
  observeProcess,
  whatRemains,
} from "@scrim/pipeline";
import { closeWhatWasHanded } from "./handed-connections.ts";
import type { FromWorker, Served, ToWorker } from "./messages.ts";
import { type Follower, SAID_OF_ALL, SharedConfig } from "./shared-config.ts";
import { workerEnvironment } from "./worker.ts";

/** A worker that ends over and over is started again ever more seldom, but soon where no other one works. */
const RESTART_MS = { min: 100, max: 30_000, max_of_last: 1_000 } as const;

/** How long after its end a worker is started again that had ended `failures` times before. */
export function restartPause(failures: number, isLast: boolean): number {
  return Math.min(RESTART_MS.min * 2 ** failures, isLast ? RESTART_MS.max_of_last : RESTART_MS.max);
}

/** One that has worked for this long has come back. */
const HEALTHY_MS = 60_000;

/** How long a worker may still take to start where all are to end. */
const STARTING_MS_MAX = 5_000;

/** How long workers have to say what they count before a scrape gets what they said last. */
const COUNT_MS_MAX = 1_000;

export interface Workers extends Served {
  /** Has them read their configuration again. */
  reload(): void;
  /** Resolves when all have delivered what was on its way, and ended. May come twice. */
  shutdown(): Promise<void>;
}

type Ready = Extract<FromWorker, { readonly type: "ready" }>;

/** One place among the workers, which one process after the other may have. */
interface Place extends Follower {
  worker: Worker | undefined;
  isReady: boolean;
  /** What its present process counted when it last said so. */
  snapshot: readonly MetricSnapshot[];
  failures: number;
}

/**
 * Runs this program once more for each worker: they share its ports, and take connections in turn. One that ends by itself is
 * replaced.
 *
 * @param stopped ends them, also while they start
 * @returns undefined where the first can't be started: it has said why
 * @throws {OperatingError} `CONFIG_INVALID` where Node's permission model, or the program that runs it, keeps this one from starting others
 */
export async function startWorkers(
  count: number,
  log: Log,
  stopped: Promise<void>,
): Promise<Workers | undefined> {
  if (process.permission?.has("child") === false)
    throw new OperatingError("CONFIG_INVALID", "Node may not start other processes here", {
      path: "service.workers",
      hint: "give it --allow-child-process (SCRIM_NODE_FLAGS of start-gateway.sh), or set service.workers to 1",
    });
  if (!cluster.isPrimary)
    throw new OperatingError("CONFIG_INVALID", "another program runs this one as one of several already", {
      path: "service.workers",
      hint: "set service.workers to 1, and give each a spool of its own; or run it outside of that program",
    });
  const primary = new Primary(count, log);
  void stopped.then(() => primary.shutdown());
  const ready = await primary.start();
  if (ready === undefined) return undefined;
  const { endpoints, metricsUrl, spoolDirectory } = ready;
  return {
    ...{ endpoints, metricsUrl, spoolDirectory },
    reload: () => primary.reload(),
    shutdown: () => primary.shutdown(),
  };
}

class Primary {
  readonly #places: readonly Place[];
  readonly #config: SharedConfig;
  readonly #log: Log;
  /** Of this process itself, which is as old as all of them together. */
  readonly #metrics = new MetricRegistry();
  /** What processes had counted that have ended. */
  #ended: readonly MetricSnapshot[] = [];
  /** Whether one has ever been ready: before, its end is that of all. */
  #hasStarted = false;
  #isEnding = false;
  /** Called when a worker said what it counts, or can't any more. */
  readonly #listeners = new Set<(place: Place) => void>();

  constructor(count: number, log: Log) {
    this.#log = log;
    observeProcess(this.#metrics);
    this.#places = Array.from({ length: count }, (_, index) => ({
      index,
      worker: undefined,
      isReady: false,
      snapshot: [],
      failures: 0,
      present: undefined,
      tell: (message) => tell(this.#places[index]!.worker, message),
    }));
    this.#config = new SharedConfig(this.#places, this.#metrics, log);
  }

  /** The first alone, so that what is wrong is said once. */
  async start(): Promise<Ready | undefined> {
    cluster.setupPrimary({ serialization: "advanced" });
    const [first, ...others] = this.#places;
    const ready = await this.#fork(first!);
    if (ready === undefined || this.#isEnding) return ready;
    await Promise.all(others.map((place) => this.#fork(place)));
    return ready;
  }

  reload(): void {
    this.#config.reload();
  }

  async shutdown(): Promise<void> {
    this.#isEnding = true;
    const ended = this.#places.map(({ worker }) =>
      worker === undefined || worker.isDead()
        ? undefined
        : new Promise<void>((resolve) => worker.once("exit", () => resolve())),
    );
    for (const { worker, isReady } of this.#places) if (isReady) tell(worker, { type: "shutdown" });
    // Those that are starting are told when they are ready.
    const timer = setTimeout(() => {
      for (const { worker, isReady } of this.#places) if (!isReady) worker?.process.kill();
    }, STARTING_MS_MAX);
    await Promise.all(ended);
    clearTimeout(timer);
  }

  /** Resolves when the process is ready, or with undefined when it has ended before. */
  #fork(place: Place): Promise<Ready | undefined> {
    const startedAt = performance.now();
    const worker = cluster.fork(workerEnvironment(place.index, this.#places.length));
    closeWhatWasHanded(worker);
    place.worker = worker;
    place.isReady = false;
    return new Promise((resolve) => {
      worker.on("message", (message: FromWorker) => {
        if (place.worker !== worker) return; // it has ended, and its last words don't count
        this.#hear(place, message);
        if (message.type === "ready") resolve(message);
      });
      const ended = (why: string) => {
        if (place.worker !== worker) return;
        this.#ended = mergeSnapshots([this.#ended, whatRemains(place.snapshot)]);
        place.snapshot = [];
        place.worker = undefined;
        place.isReady = false;
        this.#config.gone(place);
        for (const listen of this.#listeners) listen(place);
        if (performance.now() - startedAt > HEALTHY_MS) place.failures = 0;
        resolve(undefined);
        if (this.#hasStarted && !this.#isEnding) {
          this.#log.warn(`worker ${place.index} has ended (${why}); another one takes its place`);
          void this.#replace(place);
        }
      };
      worker.once("exit", (code, signal) => ended(signal ?? `exit code ${code}`));
      worker.on("error", (error: NodeJS.ErrnoException) => {
        // Else it is a message that could not be sent: the end of the process is what counts.
        if (worker.process.pid === undefined) ended(`it can't be started: ${error.code}`);
      });
    });
  }

  #hear(place: Place, message: FromWorker): void {
    if (message.type === "begin") this.#config.begun(place);
    else if (message.type === "ready") this.#greet(place, message);
    else if (message.type === "reloaded") this.#config.reloaded(place, message);
    else if (message.type === "files-changed") this.#config.filesChanged(place);
    else if (message.type === "gather") void this.#gather(place, message.question);
    else {
      place.snapshot = message.snapshot;
      for (const listen of this.#listeners) listen(place);
    }
  }

  #greet(place: Place, ready: Ready): void {
    this.#hasStarted = true;
    place.isReady = true;
    if (this.#isEnding) place.tell({ type: "shutdown" });
    else this.#config.ready(place, ready);
  }

  async #replace(place: Place): Promise<void> {
    const isLast = this.#places.every(({ isReady }) => !isReady);
    await sleep(restartPause(place.failures++, isLast));
    if (this.#isEnding) return;
    try {
      await this.#fork(place);
    } catch (error) {
      this.#log.warn(`worker ${place.index} can't be started: ${(error as NodeJS.ErrnoException).code}`);
      await this.#replace(place);
    }
  }

  /** Tells one what all count, and those have counted that are gone. */
  async #gather({ tell }: Place, question: number): Promise<void> {
    const asked = this.#places.filter(({ worker, isReady }) => isReady && worker?.isConnected() === true);
    await this.#answered(new Set(asked));
    const counts = this.#places.map(({ snapshot }) =>
      snapshot.filter(({ definition }) => !SAID_OF_ALL.has(definition.name)),
    );
    const snapshot = mergeSnapshots([this.#metrics.snapshot(), ...counts, this.#ended]);
    tell({ type: "gathered", question, snapshot });
  }

  #answered(waited: Set<Place>): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer);
        this.#listeners.delete(listen);
        resolve();
      };
      const listen = (place: Place) => {
        waited.delete(place);
        if (waited.size === 0) done();
      };
      const timer = setTimeout(done, COUNT_MS_MAX);
      this.#listeners.add(listen);
      if (waited.size === 0) done();
      for (const { worker } of waited) tell(worker, { type: "count" });
    });
  }
}

function tell(worker: Worker | undefined, message: ToWorker): void {
  if (worker?.isConnected() === true) worker.send(message, () => {});
}
