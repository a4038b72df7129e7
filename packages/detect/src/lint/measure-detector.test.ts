import { expect, test } from "vitest";
import { DETECTORS } from "../catalogue.ts";
import { defineDetector } from "../detector.ts";
import { measureDetector } from "./measure-detector.ts";

const OTHERS = DETECTORS.filter(({ type }) => type !== "ip_address"); // private ones are found, and left as they are

test.each(OTHERS.map((detector) => [detector.id, detector] as const))(
  "%s finds nothing in ordinary lines",
  (_id, detector) => {
    expect(measureDetector(detector).finds).toBe(0);
  },
);

test("a detector of what is ordinary is seen to be one", () => {
  const traceId = defineDetector({
    id: "trace_id",
    type: "trace_id",
    class: "direct_identifier",
    pack: "pii",
    finds: "Trace ids.",
    source: "W3C Trace Context",
    confidence: "possible",
    atoms: ["trace_id="],
    pattern: "trace_id=[0-9a-f]{32}",
    examples: { match: [], ignore: [] },
  });
  expect(measureDetector(traceId)).toEqual({ wakes: 0.1, finds: 0.1 });
});
