import { expect, test } from "vitest";
import { automatonFor } from "./shared-automaton.ts";

test("who asks for the same as somebody before gets the same, and others another", () => {
  const one = automatonFor(["ab+", "c"]);
  expect(automatonFor(["ab+", "c"])).toBe(one);
  const other = automatonFor(["ab+", "d"]);
  expect(other).not.toBe(one);
  expect([one, other].map((each) => each.matching(Buffer.from("xabd")))).toEqual([[0], [0, 1]]);
  expect(automatonFor(["ab+", "c"]).matching(Buffer.from("c"))).toEqual([1]);
});
