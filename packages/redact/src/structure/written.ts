import { LABELS } from "../labels.ts";

/** How text is written inside JSON and URLs. */

const QUOTE = Buffer.from('"');

/** As the inside of a JSON string. */
export function escapeJson(text: Buffer): Buffer {
  return Buffer.from(JSON.stringify(text.toString()).slice(1, -1));
}

/** As a JSON string. */
export function quoted(text: Buffer): Buffer {
  return Buffer.concat([QUOTE, escapeJson(text), QUOTE]);
}

/** As part of a URL. Labels inside lose their brackets: those have no place in a URL. What a path may hold as it is stays. */
export function percentEncode(text: Buffer): Buffer {
  const plain = text.toString().replace(LABELS, "REDACTED");
  return Buffer.from(encodeURIComponent(plain).replace(/%(?:2F|3A|2C|3B|40)/g, decodeURIComponent));
}
