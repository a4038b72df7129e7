import { expect, test } from "vitest";
import { troubleLog } from "./trouble-log.ts";

test("trouble is said when it begins, changes and ends, with what is known besides", () => {
  const said: string[] = [];
  const tell = troubleLog("exporters.otlp", {
    info: (line) => said.push(`info ${line}`),
    warn: (line) => said.push(`warn ${line}`),
  });
  tell("");
  tell("unreachable", "ECONNREFUSED");
  tell("unreachable", "EHOSTUNREACH");
  tell("unavailable");
  tell("unavailable");
  tell("");
  tell("");
  expect(said).toEqual([
    "warn exporters.otlp: can't deliver: unreachable (ECONNREFUSED)",
    "warn exporters.otlp: can't deliver: unavailable",
    "info exporters.otlp: delivers again",
  ]);
});
