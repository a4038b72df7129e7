import { DiagLogLevel, diag } from "@opentelemetry/api";
import { afterAll, expect, test, vi } from "vitest";
import { createRedactingSpanProcessor } from "./redacting-span-processor.ts";

vi.stubEnv("SCRIM_EXPRESSIONS", "re2js"); // the engine is chosen with the first plug-in

afterAll(() => diag.disable());

test("the first plug-in tells the SDK's log that regular expressions run on re2js, and no other does", () => {
  const said: string[] = [];
  const note = (message: string) => void said.push(message);
  diag.setLogger({ error: note, warn: note, info: note, debug: note, verbose: note }, DiagLogLevel.WARN);
  const delegate = { onStart() {}, onEnd() {}, forceFlush: async () => {}, shutdown: async () => {} };
  for (let i = 0; i < 3; i++) createRedactingSpanProcessor({ delegate });
  expect(said).toEqual([
    "scrim: regular expressions run on re2js, with the same results and slower: SCRIM_EXPRESSIONS asks for it",
  ]);
});
