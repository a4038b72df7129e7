import { LineRedactor, withheldLine } from "./line-redactor.ts";
import { type RedactionOptions, setUpRedaction } from "./redaction-options.ts";
import { reportFault } from "./report-fault.ts";

/** Set on a destination that wants to be told level and time of each line: pino's own, and its `multistream`, heed it. */
const METADATA = Symbol.for("pino.metadata");

/** What pino writes its lines to: a stream, or what `pino.destination` makes. */
export interface DestinationLike {
  write(line: string): unknown;
  end?(): unknown;
  flush?(callback?: (error?: Error) => void): unknown;
  flushSync?(): unknown;
  on?(event: string, listener: (...args: unknown[]) => void): unknown;
  once?(event: string, listener: (...args: unknown[]) => void): unknown;
  removeListener?(event: string, listener: (...args: unknown[]) => void): unknown;
}

type Listener = (...args: never[]) => void;

export interface RedactingDestination {
  /** Returns what the destination does: false where a stream asks to be waited for. */
  write(line: string): boolean;
  end(): void;
  flush(callback?: (error?: Error) => void): void;
  flushSync(): void;
  on(event: string, listener: Listener): this;
  once(event: string, listener: Listener): this;
  removeListener(event: string, listener: Listener): this;
  lastLevel?: number;
  lastTime?: string;
}

export interface RedactingDestinationOptions extends RedactionOptions {
  /** Where the redacted lines go; standard output unless given. */
  readonly destination?: DestinationLike;
}

/**
 * A destination for pino that redacts each line before it is written elsewhere: what a logger prints is then as clean as what
 * it exports. Each line is a log body to the policy; its level and time stay. Never throws for what a line holds: a line that
 * can't be redacted is withheld, and what is left of it is JSON.
 *
 * Of pino's metadata a destination that asks for it is told level and time: the message and the objects logged are not
 * redacted.
 *
 * Rules for some resources only (`where`) don't hold here, where no resource is known.
 *
 * @throws {OperatingError} where `policy` names a file that can't be read or is no policy
 *
 * @example
 * ```ts
 * import { createRedactingDestination } from "@scrim/otel";
 * const shown = { write: (line) => console.log(line.trimEnd()) };
 * const destination = createRedactingDestination({ destination: shown }); // pino(destination)
 * destination.write('{"level":30,"time":1795200000000,"user":{"email":"jane@shop.example"},"msg":"sent to jane@shop.example"}\n');
 * // {"level":30,"time":1795200000000,"user":{"email":"[REDACTED:direct_identifier]"},"msg":"sent to [REDACTED:email]"}
 * ```
 */
export function createRedactingDestination({
  destination = process.stdout,
  ...options
}: RedactingDestinationOptions = {}): RedactingDestination {
  return new LineDestination(destination, new LineRedactor(setUpRedaction(options)));
}

/** Named in `msg`, as pino names it. */
const MESSAGE = "msg";

class LineDestination implements RedactingDestination {
  readonly #destination: DestinationLike & { lastLevel?: unknown; lastTime?: unknown };
  readonly #lines: LineRedactor;
  readonly #asksForMetadata: boolean;
  lastLevel?: number;
  lastTime?: string;

  constructor(destination: DestinationLike, lines: LineRedactor) {
    this.#destination = destination;
    this.#lines = lines;
    this.#asksForMetadata = (destination as { [METADATA]?: unknown })[METADATA] === true;
  }

  get [METADATA](): boolean {
    return this.#asksForMetadata;
  }

  write(chunk: string): boolean {
    const redacted = this.#redacted(chunk);
    if (this.#asksForMetadata) {
      this.#destination.lastLevel = this.lastLevel;
      this.#destination.lastTime = this.lastTime;
    }
    return this.#destination.write(redacted) !== false;
  }

  /** Nearly always a chunk is one line and its end. */
  #redacted(chunk: unknown): string {
    try {
      const text = String(chunk);
      const end = text.indexOf("\n");
      if (end < 0) return this.#lines.redact(text, MESSAGE);
      if (end === text.length - 1) return this.#line(text, end);
      return text
        .split(/(?<=\n)/)
        .map((line) => this.#line(line, line.indexOf("\n")))
        .join("");
    } catch (error) {
      reportFault("a line was withheld", error);
      return `${withheldLine(MESSAGE)}\n`;
    }
  }

  #line(line: string, lineFeed: number): string {
    const end = lineFeed < 0 ? line.length : lineFeed;
    const stop = line[end - 1] === "\r" ? end - 1 : end;
    const text = line.slice(0, stop);
    const redacted = this.#lines.redact(text, MESSAGE);
    return redacted === text ? line : redacted + line.slice(stop);
  }

  end(): void {
    this.#destination.end?.();
  }

  flush(callback?: (error?: Error) => void): void {
    if (this.#destination.flush !== undefined) this.#destination.flush(callback);
    else callback?.();
  }

  flushSync(): void {
    this.#destination.flushSync?.();
  }

  on(event: string, listener: Listener): this {
    this.#destination.on?.(event, listener as (...args: unknown[]) => void);
    return this;
  }

  once(event: string, listener: Listener): this {
    this.#destination.once?.(event, listener as (...args: unknown[]) => void);
    return this;
  }

  removeListener(event: string, listener: Listener): this {
    this.#destination.removeListener?.(event, listener as (...args: unknown[]) => void);
    return this;
  }
}
