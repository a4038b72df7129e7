import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { expect, onTestFinished, test } from "vitest";
import { BATCH_STEPS, type BatchStepName, passStep } from "./batch-steps.ts";

test.each(Object.keys(BATCH_STEPS) as BatchStepName[])("%s is told with counts alone", (name) => {
  const told: unknown[] = [];
  const listen = (message: unknown) => void told.push(message);
  subscribe(`scrim:batch:${name}`, listen);
  onTestFinished(() => void unsubscribe(`scrim:batch:${name}`, listen));
  const batch = { signal: "logs" as const, items: 3, bytes: Buffer.from("private") };
  passStep(name, batch);
  expect(told).toEqual([{ signal: "logs", items: 3 }]);
});
