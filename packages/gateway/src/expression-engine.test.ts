import { afterEach, expect, test, vi } from "vitest";
import { startTestGateway, type TestGateway } from "../testing/test-gateway.ts";

vi.stubEnv("SCRIM_EXPRESSIONS", "re2js"); // the engine is chosen with the first policy

let gateway: TestGateway | undefined;
afterEach(() => gateway?.shutdown());

test("a gateway whose regular expressions run on re2js says so at start, and in a metric", async () => {
  gateway = await startTestGateway();
  expect(gateway.warnings).toEqual([
    "regular expressions run on re2js, with the same results and slower: SCRIM_EXPRESSIONS asks for it",
  ]);
  expect(gateway.metrics.exposition()).toContain('scrim_redaction_expression_engine{engine="re2js"} 1');
});
