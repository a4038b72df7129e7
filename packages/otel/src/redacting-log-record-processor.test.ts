import { InMemoryLogRecordExporter, LoggerProvider, SimpleLogRecordProcessor } from "@opentelemetry/sdk-logs";
import { expect, test } from "vitest";
import { createRedactingLogRecordProcessor } from "./redacting-log-record-processor.ts";

function setUp() {
  const exporter = new InMemoryLogRecordExporter();
  const provider = new LoggerProvider({
    processors: [createRedactingLogRecordProcessor({ delegate: new SimpleLogRecordProcessor({ exporter }) })],
  });
  return { exporter, logger: provider.getLogger("shop") };
}

test("what is exported is redacted, and the application's objects stay as they are", () => {
  const { exporter, logger } = setUp();
  const body = { user: { email: "jane@shop.example", tries: 3 }, note: "card 4111 1111 1111 1111" };
  const before = structuredClone(body);
  logger.emit({
    body,
    attributes: { "user.email": "jane@shop.example", "http.route": "/cart", ids: [1, 2] },
    severityNumber: 9,
  });
  const [record] = exporter.getFinishedLogRecords();
  expect(record?.body).toEqual({
    user: { email: "[REDACTED:direct_identifier]", tries: 3 },
    note: "card [REDACTED:credit_card]",
  });
  expect(record?.attributes).toEqual({
    "user.email": "[REDACTED:direct_identifier]",
    "http.route": "/cart",
    ids: [1, 2],
  });
  expect(record?.severityNumber).toBe(9);
  expect(body).toEqual(before);
});
