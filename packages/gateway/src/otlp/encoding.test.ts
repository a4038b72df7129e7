import { expect, test } from "vitest";
import { EXPONENT_MAX, exponentOf } from "../../../../test/measure/linear-time.ts";
import { parseContentType } from "./encoding.ts";

test.each([
  ["application/json", "json"],
  ["Application/X-Protobuf ; a=b", "protobuf"],
  ["application/json\t;", "json"],
  ["application/jsonx", undefined],
  ["application/x-protobuf, application/json", undefined],
  [";application/json", undefined],
  ["", undefined],
  [undefined, undefined],
] as const)("12: Content-Type %j is %s", (header, encoding) => {
  expect(parseContentType(header)).toBe(encoding);
});

test("12: time grows with the blanks in a Content-Type, not with their square", () => {
  const prepare = (blanks: number) => {
    const header = `application/json${" ".repeat(blanks)}x`;
    return () => parseContentType(header);
  };
  expect(exponentOf(prepare, 64_000)).toBeLessThan(EXPONENT_MAX);
});
