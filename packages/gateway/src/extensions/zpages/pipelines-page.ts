import type { PipelineOutline } from "@scrim/pipeline";
import type { Activity, ShownSeries } from "./activity.ts";

/** A pipeline with the numbers of all that it is made of. Ids, counts and reasons; nothing that came in. */
export interface PipelineState extends Pick<PipelineOutline, "id" | "unredacted"> {
  readonly numbers: readonly ShownSeries[];
  readonly components: readonly {
    readonly kind: "receiver" | "processor" | "exporter";
    readonly id: string;
    readonly numbers: readonly ShownSeries[];
    /** What went wrong last here, by the code's own words for it. */
    readonly last_problem: { readonly reason: string; readonly since_s: number } | undefined;
  }[];
}

export interface PipelinesPage {
  /** Whose numbers these are, where several work together: one of `count`, from 0. */
  readonly worker: { readonly index: number; readonly count: number } | undefined;
  readonly pipelines: readonly PipelineState[];
}

export function pipelineStates(
  pipelines: readonly PipelineOutline[],
  activity: Activity,
): readonly PipelineState[] {
  return pipelines.map(({ id, unredacted, receivers, processors, exporters }) => ({
    id,
    unredacted,
    numbers: activity.of("pipeline", id),
    components: [
      ...receivers.map((one) => component("receiver", one, activity)),
      ...processors.map((one) => component("processor", one, activity)),
      ...exporters.map((one) => component("exporter", one, activity)),
    ],
  }));
}

function component(
  kind: "receiver" | "processor" | "exporter",
  id: string,
  activity: Activity,
): PipelineState["components"][number] {
  const numbers = activity.of(kind, id);
  return { kind, id, numbers, last_problem: lastProblem(numbers) };
}

function lastProblem(
  numbers: readonly ShownSeries[],
): { readonly reason: string; readonly since_s: number } | undefined {
  const problems = numbers.flatMap(({ labels, changed_s }) => {
    const reason = /\breason="([^"]*)"/.exec(labels)?.[1];
    return reason === undefined || changed_s === undefined ? [] : [{ reason, since_s: changed_s }];
  });
  return problems.toSorted((one, other) => one.since_s - other.since_s)[0];
}

const STYLE =
  "body{font:14px system-ui;margin:2em}table{border-collapse:collapse;margin:0 0 2em}td,th{border:1px solid #bbb;padding:.2em .6em;text-align:left;vertical-align:top}td.n{text-align:right}.w{color:#a00}";

export function pipelinesHtml({ worker, pipelines }: PipelinesPage): string {
  const whose =
    worker === undefined
      ? ""
      : `<p>Of worker ${worker.index}, one of ${worker.count}: reload for another. Sums of all are in the metrics.</p>`;
  const sections = pipelines.map(
    ({ id, unredacted, numbers, components }) =>
      `<h2>${escapeHtml(id)}${unredacted ? ' <span class="w">unredacted</span>' : ""}</h2><table>` +
      `<tr><th>part</th><th>number</th><th></th><th>value</th><th>changed</th></tr>` +
      `${rows("pipeline", numbers)}${components
        .map((one) => rows(`${one.kind} ${one.id}${problem(one.last_problem)}`, one.numbers))
        .join("")}</table>`,
  );
  return `<!doctype html><meta charset="utf-8"><title>Pipelines</title><style>${STYLE}</style><h1>Pipelines</h1>${whose}${sections.join("")}`;
}

function problem(last: PipelineState["components"][number]["last_problem"]): string {
  return last === undefined ? "" : ` (last problem: ${last.reason}, ${last.since_s} s ago)`;
}

function rows(part: string, numbers: readonly ShownSeries[]): string {
  if (numbers.length === 0) return `<tr><th>${escapeHtml(part)}</th><td colspan="4">nothing yet</td></tr>`;
  return numbers
    .map(({ metric, labels, value, changed_s }, at) => {
      const first = at === 0 ? `<th rowspan="${numbers.length}">${escapeHtml(part)}</th>` : "";
      const changed = changed_s === undefined ? "" : `${changed_s} s ago`;
      return `<tr>${first}<td>${escapeHtml(metric)}</td><td>${escapeHtml(labels)}</td><td class="n">${value}</td><td>${changed}</td></tr>`;
    })
    .join("");
}

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => ENTITIES[sign]!);
}
