import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { REVEAL_PROBLEMS } from "./problem.ts";

const PAGE = new URL("../../../../docs/sealing.md", import.meta.url);

test("the page of sealed values lists how requests to the reveal service end without success", () => {
  const rows = [...readFileSync(PAGE, "utf8").matchAll(/^\| (\d{3}) \| `(\w+)` \|/gm)].map(
    ([, status, reason]) => [reason, Number(status)],
  );
  expect(rows).toEqual(Object.entries(REVEAL_PROBLEMS).map(([reason, { status }]) => [reason, status]));
});
