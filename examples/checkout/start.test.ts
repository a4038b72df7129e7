import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { byService } from "./by-service.ts";

const README = readFileSync(join(import.meta.dirname, "../../README.md"), "utf8");

async function session(): Promise<string> {
  const child = spawn(process.execPath, [join(import.meta.dirname, "start.ts")]);
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (data: string) => {
      output += data;
    });
  }
  const [code] = await once(child, "close");
  expect(code, output).toBe(0);
  return output;
}

/** What differs from run to run: times, how long spans took, and the grant's id. */
function lasting(text: string): string[] {
  return text
    .replaceAll(/^[\d:.]{12}Z /gm, "")
    .replaceAll(/(?<=^SPAN .*) [\d.]+ms/gm, " 1ms")
    .replaceAll(/\b[0-9a-f]{16}\b/g, "GRANT")
    .replaceAll(/until \S+/g, "until TIME")
    .trim()
    .split("\n");
}

test("the README's third session goes as it is printed, record by record", async () => {
  const printed = /<!-- session: checkout -->\n```\n([\s\S]*?)```/.exec(README)?.[1] ?? "";
  const output = await session();
  expect(byService(lasting(output))).toEqual(byService(lasting(printed)));
  expect(output).not.toMatch(/jane\.doe|4111|10115|made-up-key/);
}, 240_000);
