import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { expect, test } from "vitest";

/** Starts the quick start for six events; returns what it prints. */
async function quickStart(): Promise<string> {
  const child = spawn(process.execPath, [join(import.meta.dirname, "start.ts")], {
    env: { ...process.env, SHOP_EVENTS: "6" },
  });
  const output: Buffer[] = [];
  child.stdout.on("data", (chunk: Buffer) => output.push(chunk));
  child.stderr.on("data", (chunk: Buffer) => output.push(chunk));
  const [code] = await once(child, "exit");
  expect(code).toBe(0);
  return Buffer.concat(output).toString();
}

/** What differs from run to run: times, ports, and how records fall into batches. */
function lasting(session: string): string[] {
  return session
    .split("\n")
    .map((line) =>
      line.replace(/^\d{4}-\d\d-\d\dT[\d:.]+Z /, "").replace(/127\.0\.0\.1:\d+/g, "127.0.0.1:PORT"),
    )
    .filter((line) => line !== "" && !/^(?:in:|out:| {2}removed:|Port )/.test(line));
}

test("the README opens with what the quick start prints", async () => {
  const readme = readFileSync(join(import.meta.dirname, "../../README.md"), "utf8");
  const session = /<!-- session -->\n```\n([\s\S]*?)```/.exec(readme)?.[1] ?? "";
  expect(lasting(session)).toEqual(lasting(await quickStart()));
});

test("a reader that goes ends it, without an error", async () => {
  const child = spawn(process.execPath, [join(import.meta.dirname, "start.ts")]);
  let errors = "";
  child.stderr.setEncoding("utf8").on("data", (data: string) => {
    errors += data;
  });
  await once(child.stdout, "data");
  child.stdout.destroy();
  const [code] = await once(child, "exit");
  expect({ code, errors }).toEqual({ code: 0, errors: "" });
});

test("where the standard port is taken, a free one is used, and said", async () => {
  const blocker = createServer().listen(4318, "127.0.0.1");
  await Promise.race([once(blocker, "listening"), once(blocker, "error")]); // taken already is as good
  const output = await quickStart();
  blocker.close();
  expect(output).toContain("Port 4318 is taken; using a free one.");
  expect(output).toContain("[REDACTED:credit_card]");
});
