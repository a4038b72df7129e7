import { randomBytes } from "node:crypto";
import type { Batch } from "../batch.ts";

/** Where a span stands: which trace, and which span in it, as OTLP writes them in JSON. */
export interface SpanPlace {
  readonly trace_id: string;
  readonly span_id: string;
}

/** What is known of a span when it begins. Attributes are ids of components, words of fixed tables, and counts: never data. */
export interface SpanStart {
  readonly name: string;
  readonly kind: "internal" | "server" | "client";
  readonly attributes: SpanAttributes;
}

export type SpanAttributes = Readonly<Record<string, string | number>>;

/** A span that has ended. */
export interface EndedSpan extends SpanStart, SpanPlace {
  readonly parent_id: string | undefined;
  /** Others that led to it. */
  readonly links: readonly SpanPlace[];
  /** Milliseconds since 1970. */
  readonly started_at_ms: number;
  readonly elapsed_ms: number;
  readonly is_error: boolean;
}

/** Who wants to know of spans. */
export interface SpanSink {
  /** Whether the way of a batch that a receiver has is to be traced. */
  takes(batch: Batch): boolean;
  /** Never throws. */
  ended(span: EndedSpan): void;
}

/** What is found out while a span lasts. */
export interface SpanNotes {
  note(attributes: SpanAttributes): void;
  fail(): void;
}

type Action<T> = (batch: Batch, span: SpanNotes) => T | Promise<T>;

/** What led to a span, besides its parent, is named up to here. */
const LINKS_MAX = 32;

const NO_SPAN: SpanNotes = { note: () => {}, fail: () => {} };

/**
 * Traces the way of batches through the gateway itself. A batch that is traced carries its place with it, also through queues in
 * memory; what a queue on the disk has to read again is not traced any more. Every trace begins here: that of a client is
 * data, and never looked at. Without a sink nothing is done.
 */
export class Tracer {
  #sink: SpanSink | undefined;

  /** From now on this one is told of spans, in the place of any other. Returns what ends that. */
  use(sink: SpanSink): () => void {
    this.#sink = sink;
    return () => {
      if (this.#sink === sink) this.#sink = undefined;
    };
  }

  /** Begins a trace with a batch that has come in, if the sink takes it. */
  async receive<T>(batch: Batch, start: SpanStart, action: Action<T>): Promise<T> {
    if (this.#sink?.takes(batch) !== true) return await action(batch, NO_SPAN);
    return await this.#span(batch, undefined, [], start, action);
  }

  /** A step of the way of a batch, if that is traced. */
  async step<T>(batch: Batch, start: SpanStart, action: Action<T>): Promise<T> {
    if (batch.trace === undefined) return await action(batch, NO_SPAN);
    return await this.#span(batch, batch.trace, [], start, action);
  }

  /** A step of several batches that go on as one: in the trace of the first that is traced, with links to the others. */
  async joint<T>(batch: Batch, sources: readonly Batch[], start: SpanStart, action: Action<T>): Promise<T> {
    const places = sources.flatMap(({ trace }) => trace ?? []);
    if (places.length === 0) return await action(batch, NO_SPAN);
    return await this.#span(batch, places[0], places.slice(1, 1 + LINKS_MAX), start, action);
  }

  async #span<T>(
    batch: Batch,
    parent: SpanPlace | undefined,
    links: readonly SpanPlace[],
    start: SpanStart,
    action: Action<T>,
  ): Promise<T> {
    const trace: SpanPlace = { trace_id: parent?.trace_id ?? randomId(16), span_id: randomId(8) };
    const [started_at_ms, startTick] = [Date.now(), performance.now()];
    let [is_error, attributes] = [false, start.attributes];
    const notes: SpanNotes = {
      note: (more) => {
        attributes = { ...attributes, ...more };
      },
      fail: () => {
        is_error = true;
      },
    };
    try {
      return await action({ ...batch, trace }, notes);
    } catch (error) {
      is_error = true;
      throw error;
    } finally {
      const elapsed_ms = performance.now() - startTick;
      const known = { ...start, ...trace, attributes, parent_id: parent?.span_id };
      this.#sink?.ended({ ...known, links, started_at_ms, elapsed_ms, is_error });
    }
  }
}

function randomId(bytes: number): string {
  return randomBytes(bytes).toString("hex");
}
