import type { MetricRegistry } from "@scrim/pipeline";

/** How old what the pages say may be. */
const SAMPLE_MS = 1_000;

/** Series whose changes are followed: more than any configuration has. */
const SERIES_MAX = 20_000;

/** One number that is about a component. */
export interface ShownSeries {
  readonly metric: string;
  /** `reason="timeout"`: labels besides the one that names the component. */
  readonly labels: string;
  readonly value: number;
  /** Seconds since it changed; undefined where it hasn't since the pages are served. */
  readonly changed_s: number | undefined;
}

/**
 * Remembers when each number of a registry changed, by looking every second: what is counted on the hot path costs nothing
 * more for it.
 */
export class Activity {
  readonly #metrics: MetricRegistry;
  readonly #seen = new Map<string, { value: number; changedAt: number | undefined }>();
  #timer: NodeJS.Timeout | undefined;

  constructor(metrics: MetricRegistry) {
    this.#metrics = metrics;
  }

  start(): void {
    this.#look();
    this.#timer = setInterval(() => this.#look(), SAMPLE_MS).unref();
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  /** The numbers of a component: those that have its id under a label of this name. Zeros are left out. */
  of(label: string, id: string): readonly ShownSeries[] {
    const now = performance.now();
    const shown: ShownSeries[] = [];
    this.#each((metric, names, values, value, key) => {
      if (value === 0 || values[names.indexOf(label)] !== id) return;
      const labels = names.flatMap((name, at) => (name === label ? [] : `${name}="${values[at]}"`)).join(",");
      const changedAt = this.#seen.get(key)?.changedAt;
      const changed_s = changedAt === undefined ? undefined : Math.round((now - changedAt) / SAMPLE_MS);
      shown.push({ metric, labels, value, changed_s });
    });
    return shown;
  }

  #look(): void {
    const now = performance.now();
    this.#each((_metric, _names, _values, value, key) => {
      const seen = this.#seen.get(key);
      if (seen !== undefined) {
        if (seen.value !== value) seen.changedAt = now;
        seen.value = value;
      } else if (this.#seen.size < SERIES_MAX) {
        // Whatever is new after the first look has just begun to count.
        const isNew = this.#timer !== undefined && value !== 0;
        this.#seen.set(key, { value, changedAt: isNew ? now : undefined });
      }
    });
  }

  #each(
    visit: (
      metric: string,
      names: readonly string[],
      values: readonly string[],
      value: number,
      key: string,
    ) => void,
  ): void {
    for (const { definition, series } of this.#metrics.snapshot()) {
      if (definition.kind === "histogram") continue;
      for (const { labels, value } of series)
        visit(definition.name, definition.labels, labels, value, `${definition.name} ${labels.join("\0")}`);
    }
  }
}
