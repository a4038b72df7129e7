import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { parseLeaseBody } from "./lease-body.ts";
import { REFUSALS } from "./refusal.ts";

const PAGE = readFileSync(join(import.meta.dirname, "../../../../docs/grant-server.md"), "utf8");

test("the page of the interface lists every refusal, and no other", () => {
  const listed = [...PAGE.matchAll(/^\| (\d{3}) \| `(\w+)` \| (.*) \|$/gm)].map((row) => row.slice(1));
  const known = Object.entries(REFUSALS).map(([reason, { status, title }]) => [
    String(status),
    reason,
    title,
  ]);
  expect(listed).toEqual(known);
});

test("the lease that the page shows is one", () => {
  const [, body] = /content-type: application\/json\n\n(\{"service"[\s\S]*?)\n```/.exec(PAGE)!;
  expect(parseLeaseBody(Buffer.from(body!)).request.wanted).toEqual({ "00112233aabbccdd": 2 });
});
