import { defineProcessor, viewOf } from "@scrim/pipeline";
import { z } from "zod";

const SEVERITY_NUMBERS = { trace: 1, debug: 5, info: 9, warn: 13, error: 17, fatal: 21 };

/** Lets log records pass from a severity on, and those that have none. */
export default defineProcessor({
  type: "minimum_severity",
  description: "Filters out log records below a severity.",
  configSchema: z.strictObject({
    severity: z.enum(["trace", "debug", "info", "warn", "error", "fatal"]).default("info"),
  }),
  capabilities: { adds_text: false }, // so it may stand behind `policy`
  create({ severity }) {
    const minimum = SEVERITY_NUMBERS[severity];
    return {
      process(batch) {
        if (batch.signal !== "logs") return batch;
        return viewOf(batch).map(({ item }) =>
          Number(item.severityNumber ?? minimum) >= minimum ? item : undefined,
        );
      },
    };
  },
});
