import type { Life } from "../evidence.ts";
import type { Scrape } from "../gateway/scrape.ts";

/**
 * 4: what `pipeline-metrics.ts` of @scrim/pipeline says adds up, at every scrape of every life, and no counter ever falls. What a worker
 * had on its way between two counters when it was killed stays there, and is never less than nothing.
 */
export function balanceProblems(lives: readonly Life[]): string[] {
  return [...new Set(lives.flatMap((life) => [...unbalanced(life), ...unfinished(life), ...fallen(life)]))];
}

/** How long after it a worker's end may be said. */
const WORKER_END_MS = 200;

function unbalanced({ scrapes, quiet, worker_ends }: Life): string[] {
  const problems: string[] = [];
  const wasKilled = worker_ends.length > 0;
  const settled_ms = (worker_ends.at(-1)?.at_ms ?? Number.NEGATIVE_INFINITY) + WORKER_END_MS;
  for (const scrape of quiet === undefined ? scrapes : [...scrapes, quiet])
    for (const { what, rest, isUnderWay } of sumsOf(scrape)) {
      const off = rest(scrape);
      const max = isUnderWay && scrape !== quiet ? inFlightIn(scrape) : 0;
      if (off < 0 || (off > max && !(wasKilled && isUnderWay)))
        problems.push(`counters: ${what} is off by ${off}`);
      if (!wasKilled || quiet === undefined || scrape.at_ms < settled_ms) continue;
      // Behind the last end it is no more than what killed workers had.
      const more = off - rest(quiet);
      if (more < 0 || more > max) problems.push(`counters: ${what} is off by ${more} more than at rest`);
    }
  return problems;
}

/** Once all is quiet, nothing is on its way. */
function unfinished({ quiet }: Life): string[] {
  if (quiet === undefined) return [];
  return ["scrim_receiver_in_flight_items", "scrim_exporter_waiting_items"]
    .filter((name) => quiet.sum(name) !== 0)
    .map((name) => `counters: ${name} is ${quiet.sum(name)} at rest`);
}

/** Begins anew with each process. */
const UPTIME = /^otelcol_process_uptime/;

/** Workers may be replaced, and configurations: what was counted stays counted. */
function fallen({ scrapes, quiet }: Life): string[] {
  const all = quiet === undefined ? scrapes : [...scrapes, quiet];
  return all.slice(1).flatMap((scrape, index) => {
    const now = scrape.counters();
    return [...all[index]!.counters()]
      .filter(([counter, value]) => !UPTIME.test(counter) && (now.get(counter) ?? 0) < value)
      .map(([counter, value]) => `counters: ${counter} fell from ${value} to ${now.get(counter) ?? "none"}`);
  });
}

const ITEMS = ["log_records", "spans", "metric_points", "profiles"];
const each = (name: string) => ITEMS.map((items) => `${name}_${items}_total`);

const inFlightIn = (scrape: Scrape) => scrape.sum("scrim_receiver_in_flight_items");

/** Numbers that cancel each other out. */
interface Sum {
  readonly what: string;
  rest(scrape: Scrape): number;
  /** While batches are on their way, what they hold is between two counters. */
  readonly isUnderWay: boolean;
}

function sumsOf(scrape: Scrape): Sum[] {
  return [
    ...scrape.valuesOf("receiver").map(sumOfReceiver),
    ...scrape.valuesOf("pipeline").map(sumOfPipeline),
    ...scrape.valuesOf("exporter").map(sumOfExporter),
  ];
}

function sumOfReceiver(receiver: string): Sum {
  return {
    what: "received",
    isUnderWay: false,
    rest(scrape) {
      const sum = (names: string | string[]) => scrape.sum(names, "receiver", receiver);
      const ended = sum(each("otelcol_receiver_accepted")) + sum(each("otelcol_receiver_refused"));
      const open = sum("scrim_receiver_in_flight_items") + sum("scrim_receiver_interrupted_items_total");
      return sum("scrim_receiver_received_items_total") - ended - open;
    },
  };
}

function sumOfPipeline(pipeline: string): Sum {
  return {
    what: `pipeline ${pipeline}`,
    isUnderWay: true,
    rest(scrape) {
      const sum = (name: string) => scrape.sum(`scrim_pipeline_${name}`, "pipeline", pipeline);
      const came = sum("incoming_items_total") + sum("added_items_total");
      const went = ["queued", "delivered", "dropped", "failed", "interrupted"].reduce(
        (all, one) => all + sum(`${one}_items_total`),
        0,
      );
      return came - went - sum("held_items");
    },
  };
}

function sumOfExporter(exporter: string): Sum {
  return {
    what: `exporter ${exporter}`,
    isUnderWay: true,
    rest(scrape) {
      const sum = (names: string | string[]) => scrape.sum(names, "exporter", exporter);
      const items = (name: string) => sum(`scrim_exporter_${name}_items_total`);
      const came = items("enqueued") + sum("scrim_spool_recovered_items_total");
      const went =
        sum(each("otelcol_exporter_sent")) +
        sum("scrim_spool_dropped_items_total") +
        ["rejected", "dead_lettered", "dropped", "returned", "interrupted"].reduce(
          (all, one) => all + items(one),
          0,
        );
      return came - went - sum("scrim_exporter_waiting_items");
    },
  };
}
