import { parseToken, TOKEN_LENGTH_MAX } from "@scrim/seal";

/** Why a value was withheld: a fixed set, since labels end up in the data. */
const WITHHELD_REASONS = [
  "utf8",
  "depth",
  "value_size",
  "record_size",
  "record_nodes",
  "candidates",
  "structure",
  "error",
] as const;

export type WithheldReason = (typeof WITHHELD_REASONS)[number];

/** What stands in for user info and for values in a URL's query, as the URL conventions ask. */
export const URL_LABEL = Buffer.from("REDACTED");

/** `https://user:password@host` becomes `https://REDACTED:REDACTED@host`. */
export const URL_CREDENTIALS_LABEL = Buffer.from("REDACTED:REDACTED");

/** The longest id that a detector may have, and so the longest name in a label. */
const NAME_BYTES_MAX = 64;

export const LABEL_BYTES_MAX: number = "[REDACTED:]".length + NAME_BYTES_MAX;

const OPENING_BRACKET = 0x5b;
const S = 0x53;
const W = 0x57;

const labels = new Map<string, Buffer>();

/** `[REDACTED:email]`: what a masked value becomes. `what` is a sensitivity class or a detector's type. */
export function redactedLabel(what: string): Buffer {
  return label(`[REDACTED:${what}]`);
}

/** `[WITHHELD:depth]`: what a value becomes that could not be looked at. */
export function withheldLabel(reason: WithheldReason): Buffer {
  return label(`[WITHHELD:${reason}]`);
}

/** The reason in `[WITHHELD:depth]`; undefined for other labels. */
export function withheldReason(label: Buffer): WithheldReason | undefined {
  if (label[0] !== OPENING_BRACKET || label[1] !== W) return undefined;
  return WITHHELD_REASONS.find((reason) => withheldLabel(reason).equals(label));
}

/** Labels come from classes, detector types and reasons, so there are few. */
function label(text: string): Buffer {
  let bytes = labels.get(text);
  if (bytes === undefined) {
    bytes = Buffer.from(text);
    labels.set(text, bytes);
  }
  return bytes;
}

/**
 * Whether a value is a label as this product writes them. Only labels that this process knows count: nobody
 * can hide text in one. A value that is a label stays as it is under every action, so that redacting twice
 * changes nothing more.
 */
export function isLabel(value: Buffer): boolean {
  if (value[0] !== OPENING_BRACKET || value.length > LABEL_BYTES_MAX) return value.equals(URL_LABEL);
  return labels.has(value.toString("latin1"));
}

/** Whether a value is a label, or sealed: what redaction leaves behind and leaves alone. */
export function isMark(value: Buffer): boolean {
  return isLabel(value) || isSealed(value);
}

/** Whether a value is a sealed token, as far as that shows without a key. */
function isSealed(value: Buffer): boolean {
  if (value[0] !== OPENING_BRACKET || value[1] !== S || value.length > TOKEN_LENGTH_MAX) return false;
  return parseToken(value.toString("latin1")) !== undefined;
}

/** Makes the labels of `names` known before data arrives that may carry them. */
export function knowLabels(names: Iterable<string>): void {
  for (const name of names) redactedLabel(name);
  for (const reason of WITHHELD_REASONS) withheldLabel(reason);
}

/** A text without the labels in it. */
export function withoutLabels(text: string): string {
  return text.includes("[") ? text.replace(LABELS, "") : text;
}

/** A text as it is written into a URL, where a label's brackets have no place. */
export function withUrlLabels(text: Buffer): Buffer {
  return text.includes("[") ? Buffer.from(text.toString().replace(LABELS, "REDACTED")) : text;
}

/** Labels inside a text. */
export const LABELS: RegExp = /\[(?:REDACTED|WITHHELD):[a-z0-9_:]{1,64}\]/g;
