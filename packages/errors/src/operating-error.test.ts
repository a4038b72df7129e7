import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { expect, test } from "vitest";
import { ERROR_CODES, OperatingError } from "./index.ts";

test("an error's line gives path, message and code, and keeps the hint apart", () => {
  const error = new OperatingError("CONFIG_INVALID", "expected a duration", {
    path: "exporters.otlphttp.timeout",
    hint: 'write it like "30s"',
  });
  expect(error.line).toBe("exporters.otlphttp.timeout: expected a duration [CONFIG_INVALID]");
  expect(error.hint).toBe('write it like "30s"');
});

test("what Node's permission model forbids is said to be that, and what allows it", () => {
  const program = `
    import { readFileSync, writeFileSync } from "node:fs";
    import { OperatingError } from ${JSON.stringify(join(import.meta.dirname, "index.ts"))};
    for (const access of [() => readFileSync("/etc/hostname"), () => writeFileSync("/tmp/scrim", "")])
      try {
        access();
      } catch (cause) {
        console.log(new OperatingError("CONFIG_UNREADABLE", "can't be read", { hint: "chmod", cause }).hint);
      }`;
  const flags = ["--permission", `--allow-fs-read=${import.meta.dirname}`, "--input-type=module"];
  const said = execFileSync(process.execPath, [...flags, "-e", program], { encoding: "utf8" });
  expect(said.trim().split("\n")).toEqual([
    expect.stringContaining("--allow-fs-read=FOLDER"),
    expect.stringContaining("--allow-fs-write=FOLDER"),
  ]);
});

test("an error without a path has a line without a leading colon", () => {
  expect(new OperatingError("TOO_DEEP", "nesting over 100").line).toBe("nesting over 100 [TOO_DEEP]");
});

test("codes are upper-case words and each says what it means", () => {
  for (const [code, meaning] of Object.entries(ERROR_CODES)) {
    expect(code).toMatch(/^[A-Z]+(_[A-Z]+)*$/);
    expect(meaning).toMatch(/^[A-Z].*\.$/);
  }
});
