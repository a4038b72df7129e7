import { defineMetric, type FileContents, type Log, type MetricRegistry } from "@scrim/pipeline";
import { CONFIG_IN_FORCE_SINCE, CONFIG_RELOAD_FAILED, CONFIG_REVISION } from "../reload/config-metrics.ts";
import type { SpoolConfig } from "../spool/spool-config.ts";
import type { FromWorker, ToWorker } from "./messages.ts";

/** How long one worker has to read the configuration before another is asked to. */
const READ_MS_MAX = 60_000;

const MS_PER_SECOND = 1_000;

/** How many workers may end or hang over a configuration: more would be all. */
const READERS_MAX = 2;

/** What is said of all workers, whatever each says of itself. */
export const SAID_OF_ALL: ReadonlySet<string> = new Set(
  [CONFIG_REVISION, CONFIG_IN_FORCE_SINCE, CONFIG_RELOAD_FAILED].map(({ name }) => name),
);

export const GATEWAY_WORKERS = defineMetric({
  name: "scrim_gateway_workers",
  kind: "gauge",
  unit: "{processes}",
  description:
    "Places for worker processes: those that go by the configuration in force, those that could not take it yet and go by one before, and those whose process is starting.",
  labels: ["state"],
});

type Reloaded = Extract<FromWorker, { readonly type: "reloaded" }>;
type Ready = Pick<Extract<FromWorker, { readonly type: "ready" }>, "files" | "spool">;

/** One place among the workers, as far as its configuration goes. */
export interface Follower {
  readonly index: number;
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
  /** What it was told to take and has not answered yet, in order. */
  readonly asked: Asked[];
  /** It has seen the change of files that workers have ended over. */
  hasSeenFailed: boolean;
}

/** Files to go by, or the number of a reading of what they hold by then. */
type Asked = { readonly files: FileContents } | { readonly reading: number };

/**
 * Has all workers go by one configuration. At a reload one of them reads the files, and only what it could put into force do the others take, as it
 * has read it. So does a process that takes another one's place, whatever the files hold by then.
 */
export class SharedConfig {
  readonly #followers: readonly Follower[];
  readonly #metrics: MetricRegistry;
  readonly #log: Log;
  readonly #readMsMax: number;
  #inForce: FileContents | undefined;
  /** The reading that it came from. */
  #inForceReading = 0;
  /** What the first has opened, and all do, until the gateway starts again. */
  #spool: SpoolConfig | undefined;
  /** Who reads the files now, and what gives up on it. */
  #reader: Following | undefined;
  #deadline: NodeJS.Timeout | undefined;
  #readings = 0;
  /** Workers that have ended or hung over the files since somebody asked, or one has read them. */
  #failures = 0;
  #isWanted = false;

  constructor(followers: readonly Follower[], metrics: MetricRegistry, log: Log, readMsMax = READ_MS_MAX) {
    this.#followers = followers;
    this.#metrics = metrics;
    this.#log = log;
    this.#readMsMax = readMsMax;
    metrics.gauge(CONFIG_RELOAD_FAILED, {}).set(0);
    for (const state of ["in_force", "behind", "starting"] as const)
      metrics.observe(GATEWAY_WORKERS, { state }, () => this.#count(state));
  }

  /** The files are to be read again. Of several calls while they are read, one is followed. */
  reload(): void {
    this.#failures = 0;
    this.#isWanted = true;
    this.#proceed();
  }

  /**
   * The same, where a process sees that files have changed. Once workers have ended over them, each sees that for the first time as well, those
   * that begin then too: only what changes later is tried.
   */
  filesChanged({ present }: Follower): void {
    if (present === undefined) return;
    if (this.#failures >= READERS_MAX) {
      const hasSeen = present.hasSeenFailed;
      present.hasSeenFailed = true;
      if (!hasSeen) return;
      this.#failures = 0;
    }
    this.#isWanted = true;
    this.#proceed();
  }

  /** A process has begun and asks what it is to go by: where nobody else can read files that are wanted, by them. */
  begun(follower: Follower): void {
    const isAlone = this.#followers.every(({ isReady }) => !isReady);
    const isReader = this.#inForce === undefined || (isAlone && this.#isWanted && this.#reader === undefined);
    const files = isReader ? undefined : this.#inForce;
    follower.present = { goesBy: files, refused: undefined, asked: [], hasSeenFailed: false };
    if (isReader) this.#beginReading(follower);
    follower.tell({ type: "begin", files, spool: this.#spool });
  }

  /** It takes in data from now on. */
  ready({ present }: Follower, { files, spool }: Ready): void {
    if (present === undefined) return;
    this.#spool ??= spool;
    const hasRead = present.goesBy === undefined;
    present.goesBy ??= files;
    if (hasRead && (present === this.#reader || this.#inForce === undefined))
      this.#haveRead(present, this.#readings);
    this.#proceed();
  }

  /** One has done what it was told. */
  reloaded({ present }: Follower, { status, files }: Reloaded): void {
    const told = present?.asked.shift();
    if (present === undefined || told === undefined) return;
    if ("files" in told) {
      if (status === "refused") present.refused = told.files;
      else present.goesBy = told.files;
    } else {
      if (status === "in_force") present.goesBy = files;
      if (present === this.#reader && status === "refused") this.#haveNotRead();
      else if (present === this.#reader) this.#haveRead(present, told.reading);
      // It took its time, and what it has read is newer than what is in force all the same.
      else if (status === "in_force" && told.reading > this.#inForceReading)
        this.#putIntoForce(files, told.reading);
    }
    this.#proceed();
  }

  /** Its process has ended. */
  gone(follower: Follower): void {
    const isReader = this.#reader !== undefined && this.#reader === follower.present;
    follower.present = undefined;
    if (isReader) this.#readAnew(`worker ${follower.index} has ended over the configuration`);
    this.#proceed();
  }

  #haveRead({ goesBy }: Following, reading: number): void {
    this.#endReading();
    this.#failures = 0;
    if (goesBy === this.#inForce) this.#metrics.gauge(CONFIG_RELOAD_FAILED, {}).set(0);
    else this.#putIntoForce(goesBy!, reading);
    for (const { present } of this.#followers) if (present !== undefined) present.refused = undefined;
  }

  #haveNotRead(): void {
    this.#endReading();
    this.#failures = 0;
    this.#metrics.gauge(CONFIG_RELOAD_FAILED, {}).set(1);
  }

  #putIntoForce(files: FileContents, reading: number): void {
    this.#inForce = files;
    this.#inForceReading = reading;
    this.#failures = 0;
    this.#metrics.gauge(CONFIG_RELOAD_FAILED, {}).set(0);
    this.#metrics.gauge(CONFIG_REVISION, {}).add(1);
    this.#metrics.gauge(CONFIG_IN_FORCE_SINCE, {}).set(Date.now() / MS_PER_SECOND);
  }

  /** Whoever was to read the files doesn't: another one is to, unless that would go on for ever. */
  #readAnew(why: string): void {
    this.#endReading();
    if (this.#inForce === undefined) return;
    this.#failures++;
    this.#isWanted = this.#failures < READERS_MAX;
    if (this.#isWanted) {
      this.#log.warn(`${why}: another one tries`);
      return;
    }
    for (const { present } of this.#followers) if (present !== undefined) present.hasSeenFailed = false;
    this.#metrics.gauge(CONFIG_RELOAD_FAILED, {}).set(1);
    this.#log.warn(
      `the configuration stays as it was: ${why}, as another one before`,
      "mend it, and send SIGHUP unless files are watched",
    );
  }

  #beginReading({ present, index }: Follower): void {
    this.#isWanted = false;
    this.#reader = present;
    this.#readings++;
    this.#deadline = setTimeout(() => {
      this.#readAnew(
        `worker ${index} has not read the configuration in ${this.#readMsMax / MS_PER_SECOND} s`,
      );
      this.#proceed();
    }, this.#readMsMax).unref();
  }

  #endReading(): void {
    clearTimeout(this.#deadline);
    this.#reader = undefined;
  }

  #proceed(): void {
    const files = this.#inForce;
    if (files === undefined) return;
    const idle = this.#followers.filter(({ isReady, present }) => isReady && present?.asked.length === 0);
    for (const { tell, present } of idle) {
      if (present!.goesBy === files || present!.refused === files) continue;
      present!.asked.push({ files });
      tell({ type: "reload", files });
    }
    this.#read(idle.find(({ present }) => present!.asked.length === 0));
  }

  #read(follower: Follower | undefined): void {
    if (!this.#isWanted || this.#reader !== undefined || follower === undefined) return;
    this.#beginReading(follower);
    follower.present!.asked.push({ reading: this.#readings });
    follower.tell({ type: "reload", files: undefined });
  }

  #count(state: "in_force" | "behind" | "starting"): number {
    const states = this.#followers.map(({ isReady, present }) => {
      if (!isReady) return "starting";
      return present?.goesBy === this.#inForce ? "in_force" : "behind";
    });
    return states.filter((one) => one === state).length;
  }
}
