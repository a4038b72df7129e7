import type { Plan } from "@scrim/policy";
import { createRedactor, type Redactor, type WithheldReason, withheldLabel } from "@scrim/redact";
import type { RedactionSetup } from "./redaction-options.ts";

/** Longer lines are not even encoded: the engine would leave nothing of a JSON text of this length. */
const LINE_UNITS_MAX = 16 << 20;

/** How pino's lines begin. Level and time are the logger's own, as they are fields of their own in a log record. */
const LEVEL = '{"level":';
const TIME = ',"time":';
const LEVEL_DIGITS_MAX = 3;
/** Milliseconds from 2001 to 2096. No card number has these digits. */
const TIME_DIGITS = 13;
const TIME_FIRST_DIGIT_MAX = 0x33;

const ZERO = 0x30;
const NINE = 0x39;
const COMMA = 0x2c;
const OPENING_BRACE = 0x7b;
const CLOSING_BRACE = 0x7d;

const NOTHING_WITHHELD: ReadonlyMap<string, number> = new Map();

/** Redacts the lines of a logger, each as the log body that it is. */
export class LineRedactor {
  readonly #setup: RedactionSetup;
  #plan: Plan;
  #redactor: Redactor;

  constructor(setup: RedactionSetup) {
    this.#setup = setup;
    this.#plan = setup.policy.plan;
    this.#redactor = createRedactor(this.#plan);
  }

  /**
   * What a line, without its end, becomes; the very string where it stays. An object in JSON stays one: of what can't be
   * looked at, or goes as a whole, an object is left whose member `message` says so. Never throws.
   */
  redact(line: string, message: string): string {
    const frame = frameOf(line);
    const rest = frame === 0 ? line : `{${line.slice(frame + 1)}`;
    const redacted = this.#text(rest);
    if (redacted === rest) return line;
    const isLost = isObject(rest) && !isObject(redacted);
    const object = isLost ? `{${JSON.stringify(message)}:${JSON.stringify(redacted)}}` : redacted;
    return frame === 0 ? object : `${line.slice(0, frame)},${object.slice(1)}`;
  }

  #text(text: string): string {
    try {
      return text.length > LINE_UNITS_MAX ? this.#withheld("value_size") : this.#redacted(text);
    } catch {
      return this.#withheld("error");
    }
  }

  #redacted(text: string): string {
    const started = performance.now();
    const { policy, telemetry } = this.#setup;
    if (this.#plan !== policy.plan) this.#follow(policy.plan);
    const bytes = Buffer.from(text);
    const redaction = this.#redactor.redactText(bytes);
    telemetry.redacted("lines", redaction.counts, NOTHING_WITHHELD, performance.now() - started);
    return redaction.bytes === bytes ? text : redaction.bytes.toString();
  }

  #follow(plan: Plan): void {
    this.#redactor = createRedactor(plan);
    this.#plan = plan;
  }

  #withheld(reason: WithheldReason): string {
    this.#setup.telemetry.stub("lines");
    return withheldLabel(reason).toString();
  }
}

/** What is left of a line that could not be redacted at all. */
export function withheldLine(message: string): string {
  return `{${JSON.stringify(message)}:${JSON.stringify(withheldLabel("error").toString())}}`;
}

/** Where level and time end, with more members behind them; 0 where a line does not begin with both as pino writes them. */
function frameOf(line: string): number {
  if (!line.startsWith(LEVEL)) return 0;
  const levelEnd = digitsEnd(line, LEVEL.length);
  if (levelEnd === LEVEL.length || levelEnd > LEVEL.length + LEVEL_DIGITS_MAX) return 0;
  if (!line.startsWith(TIME, levelEnd)) return 0;
  const time = levelEnd + TIME.length;
  const end = digitsEnd(line, time);
  if (end !== time + TIME_DIGITS || line.charCodeAt(time) > TIME_FIRST_DIGIT_MAX) return 0;
  return line.charCodeAt(end) === COMMA ? end : 0;
}

function digitsEnd(line: string, from: number): number {
  let at = from;
  while (line.charCodeAt(at) >= ZERO && line.charCodeAt(at) <= NINE) at++;
  return at;
}

function isObject(text: string): boolean {
  return text.charCodeAt(0) === OPENING_BRACE && text.charCodeAt(text.length - 1) === CLOSING_BRACE;
}
