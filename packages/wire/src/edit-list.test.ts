import { expect, test } from "vitest";
import { EditList } from "./index.ts";

interface Edit {
  readonly start: number;
  readonly end: number;
  readonly bytes: string;
}

test("edits are sorted by where they begin", () => {
  const edits = new EditList();
  edits.replace(10, 12, Buffer.from("ten"));
  edits.drop(2, 4);
  edits.replace(4, 6, Buffer.from("four"));
  edits.sort();
  expect(contents(edits)).toEqual([
    { start: 2, end: 4, bytes: "" },
    { start: 4, end: 6, bytes: "four" },
    { start: 10, end: 12, bytes: "ten" },
  ]);
});

test("of sorted edits, the first from an offset on is found", () => {
  const edits = new EditList();
  for (const start of [2, 4, 10]) edits.drop(start, start + 1);
  edits.sort();
  expect([0, 2, 3, 4, 10, 11].map((offset) => edits.firstFrom(offset))).toEqual([0, 0, 1, 1, 2, 3]);
});

test("of two edits where one lies inside the other, the outer one counts", () => {
  const edits = new EditList();
  edits.replace(3, 5, Buffer.from("inner"));
  edits.drop(8, 9);
  edits.replace(2, 9, Buffer.from("outer"));
  edits.drop(2, 4);
  edits.drop(9, 10);
  edits.sort();
  expect(contents(edits)).toEqual([
    { start: 2, end: 9, bytes: "outer" },
    { start: 9, end: 10, bytes: "" },
  ]);
});

test("of two edits to the same bytes the first counts", () => {
  const edits = new EditList();
  edits.replace(2, 4, Buffer.from("first"));
  edits.replace(2, 4, Buffer.from("second"));
  edits.sort();
  expect(contents(edits)).toEqual([{ start: 2, end: 4, bytes: "first" }]);
});

test("what was added last can be forgotten again, for one edit around it", () => {
  const edits = new EditList();
  edits.drop(0, 2);
  edits.drop(4, 6);
  edits.drop(6, 8);
  edits.truncate(1);
  edits.drop(3, 9);
  edits.sort();
  expect(contents(edits)).toEqual([
    { start: 0, end: 2, bytes: "" },
    { start: 3, end: 9, bytes: "" },
  ]);
});

test("edits that overlap without nesting are a broken assumption", () => {
  const edits = new EditList();
  edits.drop(2, 5);
  edits.drop(4, 6);
  expect(() => edits.sort()).toThrow("edits must nest or lie apart");
});

test("an edit of nothing is a broken assumption", () => {
  const edits = new EditList();
  expect(() => edits.drop(2, 2)).toThrow();
});

test("a list holds copies, grows as needed, and can be used again", () => {
  const edits = new EditList();
  const replacement = Buffer.alloc(100, "a");
  for (let round = 0; round < 2; round++) {
    edits.clear();
    expect(edits.length).toBe(0);
    for (let index = 999; index >= 0; index--) edits.replace(index * 2, index * 2 + 1, replacement);
    replacement.fill("b"); // the caller's own again
    edits.sort();
    expect(edits.length).toBe(1000);
    expect(contents(edits)[999]).toEqual({
      start: 1998,
      end: 1999,
      bytes: (round === 0 ? "a" : "b").repeat(100),
    });
  }
});

test("edits added after sorting are sorted as well", () => {
  const edits = new EditList();
  edits.drop(8, 9);
  edits.drop(6, 7);
  edits.sort();
  edits.drop(1, 2);
  edits.sort();
  expect(contents(edits).map(({ start }) => start)).toEqual([1, 6, 8]);
});

function contents(edits: EditList): Edit[] {
  return Array.from({ length: edits.length }, (_, index) => {
    const target = Buffer.alloc(edits.size(index));
    expect(edits.write(index, target, 0)).toBe(target.length);
    return { start: edits.start(index), end: edits.end(index), bytes: target.toString() };
  });
}
