import fc from "fast-check";
import { expect, test } from "vitest";
import { readEvents } from "./event-stream.ts";

async function* inParts(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function eventsIn(text: string, size = 7, bytesMax = 1_000): Promise<unknown[]> {
  const events: unknown[] = [];
  for await (const event of readEvents(inParts(Buffer.from(text), size), bytesMax, () => {}))
    events.push(event);
  return events;
}

test.each([
  ["data: a\n\n", [{ event: "message", data: "a", id: undefined }]],
  ["event: bundle\nid: 7\ndata: a\ndata: b\n\n", [{ event: "bundle", data: "a\nb", id: "7" }]],
  [": comment\n\ndata:a\n\n", [{ event: "message", data: "a", id: undefined }]],
  [
    "id: 7\ndata: a\n\ndata: b\n\n",
    [
      { event: "message", data: "a", id: "7" },
      { event: "message", data: "b", id: "7" },
    ],
  ],
  [
    "data: a\r\n\r\ndata: b\r\rdata: c",
    [expect.objectContaining({ data: "a" }), expect.objectContaining({ data: "b" })],
  ],
  ["data\n\n", [{ event: "message", data: "", id: undefined }]],
  ["event: bundle\n\n", []],
  ["data: ü€😀\n\n", [expect.objectContaining({ data: "ü€😀" })]],
])("%j is read as the specification says", async (text, expected) => {
  for (const size of [1, 2, 3, 1_000]) expect(await eventsIn(text, size)).toEqual(expected);
});

test("an event that has no end is given up", async () => {
  await expect(eventsIn(`data: ${"x".repeat(2_000)}`)).rejects.toThrow(RangeError);
  await expect(eventsIn("data: x\n".repeat(2_000))).rejects.toThrow(RangeError);
  await expect(eventsIn("data\n".repeat(2_000))).rejects.toThrow(RangeError);
  await expect(eventsIn(`data: x\n:${"c".repeat(100)}\n`.repeat(20))).rejects.toThrow(RangeError);
});

test("parts may end anywhere", async () => {
  const line = fc.oneof(
    fc.constantFrom("", "data: a", "id: 1", "event: x", ": c"),
    fc.string({ maxLength: 10 }).map((text) => `data: ${text.replace(/[\r\n]/g, "")}`),
  );
  const end = fc.constantFrom("\n", "\r\n", "\r");
  const lines = fc.array(
    fc.tuple(line, end).map((both) => both.join("")),
    { maxLength: 20 },
  );
  await fc.assert(
    fc.asyncProperty(lines, fc.integer({ min: 1, max: 20 }), async (all, size) => {
      expect(await eventsIn(all.join(""), size)).toEqual(await eventsIn(all.join(""), 10_000));
    }),
  );
});
