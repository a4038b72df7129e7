import { expect, test } from "vitest";
import { takeProcessRole } from "./process-role.ts";
import { startGateway } from "./start-gateway.ts";

const CONFIG = {
  receivers: { otlp: { protocols: { http: { endpoint: "127.0.0.1:0" } } } },
  processors: { policy: {} },
  exporters: { debug: {} },
  service: {
    extensions: [],
    telemetry: { metrics: { level: "none" } },
    pipelines: {
      logs: { receivers: ["otlp"], processors: ["policy"], exporters: ["debug"], ack: "delivered" },
    },
  },
};
const start = () => startGateway({ config: CONFIG, log: { info: () => {}, warn: () => {} } });
const SHARED = expect.objectContaining({ code: "PROCESS_SHARED" });

test("no gateway starts where a reveal service runs, and one does when that has ended", async () => {
  const leave = takeProcessRole("reveal");
  await expect(start()).rejects.toThrow(SHARED);
  leave();
  await (await start()).shutdown();
});

test("no reveal service takes its keys where a gateway runs, until the last has ended", async () => {
  const [first, second] = [await start(), await start()];
  expect(() => takeProcessRole("reveal")).toThrow(SHARED);
  await first.shutdown();
  await first.shutdown();
  expect(() => takeProcessRole("reveal")).toThrow(SHARED);
  await second.shutdown();
  takeProcessRole("reveal")();
});

test("a gateway that can't start leaves no mark", async () => {
  await expect(startGateway({ config: "receivers: {}" })).rejects.toThrow(
    expect.objectContaining({ code: "CONFIG_INVALID" }),
  );
  takeProcessRole("reveal")();
});
