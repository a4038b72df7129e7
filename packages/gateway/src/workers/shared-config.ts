import { defineMetric, type FileContents, type MetricRegistry } from "@scrim/pipeline";
import { CONFIG_RELOAD_FAILED } from "../reload/config-metrics.ts";
import type { FromWorker, ToWorker } from "./messages.ts";

/** How long one worker has to read the configuration before another is asked to. */
const READ_MS_MAX = 60_000;

export const GATEWAY_WORKERS = defineMetric({
  name: "scrim_gateway_workers",
  kind: "gauge",
  unit: "{processes}",
  description:
    "Places for worker processes: those that go by the configuration in force, those that could not take it yet and go by one before, and those whose process is starting.",
  labels: ["state"],
});

type Reloaded = Extract<FromWorker, { readonly type: "reloaded" }>;

/** One place among the workers, as far as its configuration goes. */
export interface Follower {
  readonly tell: (message: ToWorker) => void;
  /** Whether its process takes in data. What that is told before, it doesn't hear. */
  readonly isReady: boolean;
  /** Undefined until its process has begun. */
  present: Following | undefined;
}

interface Following {
  /** What it goes by; undefined while it reads the first one by itself. */
  goesBy: FileContents | undefined;
  /** What it was told to go by last and could not. */
  refused: FileContents | undefined;
  /** What it was told to take and has not answered yet, in order: `undefined` is what its files hold by then. */
  readonly asked: (FileContents | undefined)[];
}

/**
 * Has all workers go by one configuration. At a reload one of them reads the files, and only what it could put into force do the others take, as it
 * has read it. So does a process that takes another one's place, whatever the files hold by then.
 */
export class SharedConfig {
  readonly #followers: readonly Follower[];
  readonly #metrics: MetricRegistry;
  readonly #readMsMax: number;
  #inForce: FileContents | undefined;
  /** Who reads the files now, and what gives up on it. */
  #reader: Following | undefined;
  #deadline: NodeJS.Timeout | undefined;
  #isWanted = false;

  constructor(followers: readonly Follower[], metrics: MetricRegistry, readMsMax = READ_MS_MAX) {
    this.#followers = followers;
    this.#metrics = metrics;
    this.#readMsMax = readMsMax;
    for (const state of ["in_force", "behind", "starting"] as const)
      metrics.observe(GATEWAY_WORKERS, { state }, () => this.#count(state));
  }

  /** The files are to be read again. Of several calls while they are read, one is followed. */
  reload(): void {
    this.#isWanted = true;
    this.#proceed();
  }

  /** A process has begun and asks what it is to go by. */
  begun(follower: Follower): void {
    follower.present = { goesBy: this.#inForce, refused: undefined, asked: [] };
    follower.tell({ type: "begin", files: this.#inForce });
  }

  /** It takes in data from now on. */
  ready({ present }: Follower, files: FileContents): void {
    if (present === undefined) return;
    present.goesBy ??= files;
    this.#inForce ??= files;
    this.#proceed();
  }

  /** One has done what it was told. */
  reloaded({ present }: Follower, { status, files }: Reloaded): void {
    if (present === undefined) return;
    const told = present.asked.shift();
    if (told !== undefined) {
      if (status === "refused") present.refused = told;
      else present.goesBy = told;
    } else {
      if (status === "in_force") present.goesBy = files;
      if (present === this.#reader) this.#haveRead(present, status);
    }
    this.#proceed();
  }

  /** Its process has ended. */
  gone(follower: Follower): void {
    if (this.#reader !== undefined && this.#reader === follower.present) this.#readAnew();
    follower.present = undefined;
    this.#proceed();
  }

  #haveRead({ goesBy }: Following, status: Reloaded["status"]): void {
    this.#endReading();
    this.#metrics.gauge(CONFIG_RELOAD_FAILED, {}).set(status === "refused" ? 1 : 0);
    if (status === "refused") return;
    this.#inForce = goesBy;
    for (const { present } of this.#followers) if (present !== undefined) present.refused = undefined;
  }

  /** Whoever was to read the files doesn't: another one is to. */
  #readAnew(): void {
    this.#endReading();
    this.#isWanted = true;
  }

  #endReading(): void {
    clearTimeout(this.#deadline);
    this.#reader = undefined;
  }

  #proceed(): void {
    const idle = this.#followers.filter(({ isReady, present }) => isReady && present?.asked.length === 0);
    for (const { tell, present } of idle) {
      if (present!.goesBy === this.#inForce || present!.refused === this.#inForce) continue;
      present!.asked.push(this.#inForce);
      tell({ type: "reload", files: this.#inForce });
    }
    this.#read(idle.find(({ present }) => present!.asked.length === 0));
  }

  #read(follower: Follower | undefined): void {
    if (!this.#isWanted || this.#reader !== undefined || follower === undefined) return;
    const reader = follower.present!;
    this.#isWanted = false;
    this.#reader = reader;
    reader.asked.push(undefined);
    follower.tell({ type: "reload", files: undefined });
    this.#deadline = setTimeout(() => {
      this.#readAnew();
      this.#proceed();
    }, this.#readMsMax).unref();
  }

  #count(state: "in_force" | "behind" | "starting"): number {
    const states = this.#followers.map(({ isReady, present }) => {
      if (!isReady) return "starting";
      return present?.goesBy === this.#inForce ? "in_force" : "behind";
    });
    return states.filter((one) => one === state).length;
  }
}
