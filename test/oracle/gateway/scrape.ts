/** The numbers of one scrape, by name and labels. */
export class Scrape {
  readonly text: string;
  /** When it was asked for, by the monotonic clock. */
  readonly at_ms: number;
  readonly #samples: readonly Sample[];

  constructor(text: string, at_ms: number) {
    this.text = text;
    this.at_ms = at_ms;
    this.#samples = [...text.matchAll(/^([a-z_]+)(?:\{(.*)\})? (\S+)$/gm)].map(([, name, labels, value]) => ({
      name: name!,
      labels: new Map(
        [...(labels ?? "").matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)].map(([, key, text]) => [key!, text!]),
      ),
      value: Number(value),
    }));
  }

  /** The sum of all series of the names that carry the label. */
  sum(names: string | readonly string[], label?: string, value?: string): number {
    return this.#samples
      .filter((sample) => (typeof names === "string" ? names === sample.name : names.includes(sample.name)))
      .filter((sample) => label === undefined || sample.labels.get(label) === value)
      .reduce((sum, sample) => sum + sample.value, 0);
  }

  /** All counters, each by its name and labels. */
  counters(): ReadonlyMap<string, number> {
    return new Map(
      this.#samples
        .filter(({ name }) => name.endsWith("_total"))
        .map(({ name, labels, value }) => [`${name} of ${[...labels.values()].join(", ")}`, value]),
    );
  }

  /** The values that a label takes. */
  valuesOf(label: string): string[] {
    return [
      ...new Set(this.#samples.map(({ labels }) => labels.get(label)).filter((one) => one !== undefined)),
    ];
  }
}

interface Sample {
  readonly name: string;
  readonly labels: ReadonlyMap<string, string>;
  readonly value: number;
}

const TIME_MS_MAX = 5_000;

/** Undefined where nobody answers, or one worker alone: the gateway, or another worker, is being killed, for instance. */
export async function scrape(host: string, port: number): Promise<Scrape | undefined> {
  const asked = performance.now();
  try {
    const response = await fetch(`http://${host}:${port}/metrics`, {
      signal: AbortSignal.timeout(TIME_MS_MAX),
    });
    return response.ok ? new Scrape(await response.text(), asked) : undefined;
  } catch {
    return undefined;
  }
}

const PAGES = [
  { path: "/debug/pipelines", accept: "text/html" },
  { path: "/debug/pipelines", accept: "application/json" },
  { path: "/debug/config", accept: "*/*" },
];

/** What the pages show for people who look for a fault; nothing of those that nobody serves. */
export async function readPages(host: string, port: number): Promise<Buffer[]> {
  const read = PAGES.map(async ({ path, accept }) => {
    const response = await fetch(`http://${host}:${port}${path}`, {
      headers: { accept },
      signal: AbortSignal.timeout(TIME_MS_MAX),
    });
    return Buffer.from(await response.arrayBuffer());
  });
  const settled = await Promise.allSettled(read);
  return settled.flatMap((one) => (one.status === "fulfilled" ? [one.value] : []));
}
