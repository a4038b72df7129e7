import { jsonToProto } from "@scrim/wire";
import { onTheWire, type Protocol } from "./load-request.ts";

/* Records that each have a number, in letters: digits are what detectors look at. */

const MARK = Buffer.from("nr.");
const LETTERS = 10;
const LETTER_A = 0x61;

interface Template {
  readonly bytes: Buffer;
  /** Where the letters of each record begin. */
  readonly places: readonly number[];
}

const templates = new Map<string, Template>();

/** The request of a number, with records numbered `request * records` and on. */
export function requestBytes(protocol: Protocol, request: number, records: number): Buffer {
  const template = templateOf(protocol, records);
  const bytes = Buffer.from(template.bytes);
  for (const [nth, place] of template.places.entries()) writeLetters(bytes, place, request * records + nth);
  return bytes;
}

function templateOf(protocol: Protocol, records: number): Template {
  const name = `${protocol} ${records}`;
  const known = templates.get(name);
  if (known !== undefined) return known;
  const bytes = onTheWire(protocol, "none", numberedBatch(records));
  const places = Array.from(placesIn(bytes));
  const made = { bytes, places };
  templates.set(name, made);
  return made;
}

/** Records of some 250 bytes, each with something to redact. */
function numberedBatch(records: number): Buffer {
  const logRecords = Array.from({ length: records }, () => ({
    severityNumber: 9,
    body: { stringValue: "welcome mail sent to customer@shop.example by the worker of this shop" },
    attributes: [
      { key: "step", value: { stringValue: `${MARK}${"a".repeat(LETTERS)}` } },
      { key: "http.request.method", value: { stringValue: "POST" } },
      { key: "code.function.name", value: { stringValue: "com.shop.web.CheckoutController.submitOrder" } },
    ],
  }));
  return jsonToProto(
    "logs",
    Buffer.from(JSON.stringify({ resourceLogs: [{ scopeLogs: [{ logRecords }] }] })),
  );
}

function writeLetters(bytes: Buffer, place: number, number: number): void {
  for (let at = place + LETTERS - 1, left = number; at >= place; at--, left = Math.floor(left / 10))
    bytes[at] = LETTER_A + (left % 10);
}

/** The numbers of all records that are in a request. */
export function* numbersIn(bytes: Buffer): Generator<number> {
  for (const place of placesIn(bytes)) {
    let number = 0;
    for (let at = place; at < place + LETTERS; at++) number = number * 10 + (bytes[at]! - LETTER_A);
    yield number;
  }
}

function* placesIn(bytes: Buffer): Generator<number> {
  for (let at = bytes.indexOf(MARK); at >= 0; at = bytes.indexOf(MARK, at + MARK.length + LETTERS))
    yield at + MARK.length;
}
