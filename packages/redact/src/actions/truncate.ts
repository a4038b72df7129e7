import { isLabel, LABEL_BYTES_MAX, LABELS } from "../labels.ts";

/**
 * The first `bytes` of a text at most. Never half a character, and never half a label, which would be ordinary
 * text the next time. A text that is a label stays whole.
 */
export function cutText(text: Buffer, bytes: number): Buffer {
  if (text.length <= bytes || isLabel(text)) return text;
  let end = bytes;
  while (end > 0 && (text[end]! & 0xc0) === 0x80) end--;
  const from = Math.max(0, end - LABEL_BYTES_MAX);
  for (const { index, 0: label } of text.toString("latin1", from, end + LABEL_BYTES_MAX).matchAll(LABELS)) {
    if (from + index < end && end < from + index + label.length) return text.subarray(0, from + index);
  }
  return text.subarray(0, end);
}
