import { OperatingError } from "@scrim/errors";
import { faultLog, type Log, type MetricRegistry } from "@scrim/pipeline";
import { CONFIG_RELOAD_FAILED, CONFIG_RELOADS } from "./config-metrics.ts";

/** What came of reading the configuration again. */
export type ReloadOutcome =
  | { readonly status: "in_force" }
  /** It is the one that is in force, and so are the files that it names. */
  | { readonly status: "unchanged" }
  /** The one before stays in force. */
  | { readonly status: "refused"; readonly error: OperatingError };

export interface ReloaderOptions {
  /** Whether something changed; puts it into force. */
  readonly attempt: () => Promise<"in_force" | "unchanged">;
  readonly metrics: MetricRegistry;
  readonly log: Log;
}

/**
 * Reloads one at a time. Whoever asks while one runs gets the next, and all who ask meanwhile get the same: a storm of
 * signals is two reloads.
 */
export class Reloader {
  readonly #options: ReloaderOptions;
  readonly #logFault: (error: unknown) => void;
  #running: Promise<ReloadOutcome> | undefined;
  #next: Promise<ReloadOutcome> | undefined;

  constructor(options: ReloaderOptions) {
    this.#options = options;
    this.#logFault = faultLog("reload", options.log);
    options.metrics.gauge(CONFIG_RELOAD_FAILED, {}).set(0);
    for (const outcome of ["in_force", "unchanged", "refused"])
      options.metrics.counter(CONFIG_RELOADS, { outcome });
  }

  reload(): Promise<ReloadOutcome> {
    if (this.#running === undefined) return this.#run();
    this.#next ??= this.#running.then(() => {
      this.#next = undefined;
      return this.#run();
    });
    return this.#next;
  }

  /** Resolves when none runs. */
  async settled(): Promise<void> {
    while (this.#running !== undefined) await (this.#next ?? this.#running);
  }

  #run(): Promise<ReloadOutcome> {
    const running = this.#attempt().finally(() => {
      if (this.#running === running) this.#running = undefined;
    });
    this.#running = running;
    return running;
  }

  async #attempt(): Promise<ReloadOutcome> {
    const { attempt, metrics, log } = this.#options;
    const failed = metrics.gauge(CONFIG_RELOAD_FAILED, {});
    let outcome: ReloadOutcome;
    try {
      outcome = { status: await attempt() };
      failed.set(0);
      log.info(
        outcome.status === "in_force"
          ? "the new configuration is in force"
          : "the configuration is unchanged",
      );
    } catch (error) {
      outcome = { status: "refused", error: this.#explain(error) };
      failed.set(1);
      log.warn(`the configuration stays as it was: ${outcome.error.line}`, outcome.error.hint);
    }
    metrics.counter(CONFIG_RELOADS, { outcome: outcome.status }).add(1);
    return outcome;
  }

  #explain(error: unknown): OperatingError {
    if (error instanceof OperatingError) return error;
    this.#logFault(error);
    return new OperatingError("CONFIG_INVALID", "it can't be put into force", { cause: error });
  }
}
