import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { arbitraryMessage } from "../test/arbitrary-message.ts";
import { encodePart, encodeParts, type Part } from "../test/wire-model.ts";
import {
  decodeRequest,
  EditList,
  KEY_VALUE,
  LEN,
  REQUEST_TYPES,
  SIGNALS,
  type Signal,
  Splicer,
} from "./index.ts";

/** What to do with the parts of a message: one choice after the other is taken for each part that is visited. */
interface Choice {
  readonly kind: "keep" | "drop" | "replace" | "rewrite";
  /** Where a rewrite begins and how much it takes out, each modulo what there is; and what it puts in. */
  readonly at: number;
  readonly length: number;
  readonly bytes: Uint8Array;
}

type Splice = (bytes: Buffer, signal: Signal, edits: EditList) => Buffer;

const splicer = new Splicer(); // one for all, as in the engine
const splice: Splice = (bytes, signal, edits) => splicer.splice(bytes, REQUEST_TYPES[signal], edits);

const CHOICES = fc.array(
  fc.record<Choice>({
    kind: fc.oneof(
      { weight: 6, arbitrary: fc.constant("keep" as const) },
      { weight: 1, arbitrary: fc.constant("drop" as const) },
      { weight: 1, arbitrary: fc.constant("replace" as const) },
      { weight: 3, arbitrary: fc.constant("rewrite" as const) },
    ),
    at: fc.nat(),
    length: fc.nat(20),
    bytes: fc.oneof(fc.uint8Array({ maxLength: 9 }), fc.uint8Array({ minLength: 120, maxLength: 140 })),
  }),
  { minLength: 1, maxLength: 60 },
);

describe.each(SIGNALS)("%s", (signal) => {
  test("114, 115: a message with random edits is what the edited model encodes to: nothing else changes, not its order either", () => {
    fc.assert(modelAgreement(signal, splice), { numRuns: 300 });
  });
});

test("the comparison with the model catches a splicer that leaves the lengths as they were", () => {
  const careless: Splice = (bytes, _signal, edits) => {
    edits.sort();
    const pieces: Buffer[] = [];
    let read = 0;
    for (let edit = 0; edit < edits.length; edit++) {
      const inserted = Buffer.alloc(edits.size(edit));
      edits.write(edit, inserted, 0);
      pieces.push(bytes.subarray(read, edits.start(edit)), inserted);
      read = edits.end(edit);
    }
    return Buffer.concat([...pieces, bytes.subarray(read)]);
  };
  expect(fc.check(modelAgreement("logs", careless), { numRuns: 300, endOnFailure: true }).failed).toBe(true);
});

test("a message without edits leaves as the very buffer that came in", () => {
  const bytes = Buffer.from("0a0161", "hex");
  expect(splicer.splice(bytes, KEY_VALUE, new EditList())).toBe(bytes);
});

test("a length that grows past one byte makes room for itself at every level", () => {
  const bytes = Buffer.from("0a0d0a036b657912060a0476616c21", "hex"); // Resource { key: "key", value: "val!" }
  const edits = new EditList();
  edits.replace(11, 15, Buffer.alloc(200, "x"));
  const type = REQUEST_TYPES.logs.fields[1]!.message!.fields[1]!.message!;
  const expected = `0ad301 0a036b6579 12cb01 0ac801 ${"78".repeat(200)}`.replaceAll(" ", "");
  expect(splicer.splice(bytes, type, edits).toString("hex")).toBe(expected);
});

test("an edit that covers no whole field is a broken assumption", () => {
  const bytes = Buffer.from("0a0161120162", "hex");
  const edits = new EditList();
  edits.drop(0, 2);
  expect(() => splicer.splice(bytes, KEY_VALUE, edits)).toThrow();
});

function modelAgreement(signal: Signal, run: Splice): fc.IProperty<unknown> {
  const messages = arbitraryMessage(REQUEST_TYPES[signal], { unknown: true });
  return fc.property(messages, CHOICES, (parts, choices) => {
    const bytes = encodeParts(parts);
    const original = Buffer.from(bytes);
    const edits = new EditList();
    const expected = edited(parts, 0, choicesInTurn(choices), edits);
    const result = run(bytes, signal, edits);
    expect(result.equals(encodeParts(expected))).toBe(true);
    expect(decodeRequest(signal, result)).toEqual(decodeRequest(signal, encodeParts(expected)));
    expect(bytes.equals(original), "the message itself is not changed").toBe(true);
  });
}

function* choicesInTurn(choices: readonly Choice[]): Generator<Choice, never> {
  for (;;) yield* choices;
}

/** The parts as the choices change them; the same changes go to `edits`, for a message that begins at `start`. */
function edited(
  parts: readonly Part[],
  start: number,
  choices: Generator<Choice, never>,
  edits: EditList,
): Part[] {
  let tag = start;
  return parts.flatMap((part) => {
    const end = tag + encodePart(part).length;
    const result = editedPart(part, tag, end, choices, edits);
    tag = end;
    return result;
  });
}

function editedPart(
  part: Part,
  tag: number,
  end: number,
  choices: Generator<Choice, never>,
  edits: EditList,
): Part[] {
  const choice = choices.next().value;
  if (choice.kind === "drop") {
    edits.drop(tag, end);
    return [];
  }
  if (choice.kind === "replace") {
    const replacement = { ...part, wire: LEN, body: Buffer.alloc(0) };
    edits.replace(tag, end, encodePart(replacement));
    return [replacement];
  }
  if (part.wire !== LEN) return [part];
  if (!Buffer.isBuffer(part.body)) {
    const start = end - encodeParts(part.body).length;
    return [{ ...part, body: edited(part.body, start, choices, edits) }];
  }
  // A rewrite of a text; nothing else in this test looks into the bytes of a field.
  if (choice.kind !== "rewrite" || part.field?.type !== "string" || part.body.length === 0) return [part];
  const at = choice.at % part.body.length;
  const stop = Math.min(part.body.length, at + 1 + choice.length);
  const start = end - part.body.length;
  edits.replace(start + at, start + stop, choice.bytes);
  const body = Buffer.concat([part.body.subarray(0, at), choice.bytes, part.body.subarray(stop)]);
  return [{ ...part, body }];
}
