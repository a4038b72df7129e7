import { spawn, spawnSync } from "node:child_process";
import {
  constants,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { afterEach, beforeEach, expect, test } from "vitest";

const SCRIPT = join(import.meta.dirname, "spool-process.ts");
const ROOT = join(import.meta.dirname, "../../../..");
const QUIET = ["--disable-warning=ExperimentalWarning", "--disable-warning=SecurityWarning"];

let parent: string;
beforeEach(() => {
  parent = realpathSync(mkdtempSync(join(tmpdir(), "scrim-permission-")));
});
afterEach(() => rmSync(parent, { recursive: true, force: true }));

/** Flags of Node, as the start script of examples/deploy gives them. */
const permitted = () => [
  ...[...QUIET, "--permission", "--allow-addons", "--allow-worker"],
  ...[`--allow-fs-read=${ROOT}`, `--allow-fs-read=${parent}`, `--allow-fs-write=${parent}`],
];

/** Flags, as the kernel has them, of each segment that a process has open. */
function segmentFlags(pid: number): number[] {
  return readdirSync(`/proc/${pid}/fd`).flatMap((descriptor) => {
    try {
      if (!readlinkSync(`/proc/${pid}/fd/${descriptor}`).endsWith(".segment")) return [];
      const info = readFileSync(`/proc/${pid}/fdinfo/${descriptor}`, "utf8");
      return [Number.parseInt(/^flags:\s*(\d+)$/m.exec(info)![1]!, 8)];
    } catch {
      return []; // closed meanwhile
    }
  });
}

test("where Node forbids to sync, each write waits for the disk, and what is acknowledged outlives a kill", async () => {
  const directory = join(parent, "state", "spool");
  const child = spawn(process.execPath, [...permitted(), SCRIPT, "append", directory, "1"], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const kept: number[] = [];
  const flags: number[] = [];
  createInterface({ input: child.stdout }).on("line", (line) => {
    const [what, number] = line.split(" ");
    if (what === "kept") kept.push(Number(number));
    if (process.platform === "linux" && kept.length % 20 === 0) flags.push(...segmentFlags(child.pid!));
    if (kept.length >= 200) child.kill("SIGKILL");
  });
  await new Promise((resolve) => child.once("close", resolve));
  expect(child.signalCode).toBe("SIGKILL");
  if (process.platform === "linux") {
    const written = flags.filter((one) => (one & constants.O_RDWR) !== 0);
    const synced = written.filter((one) => (one & constants.O_SYNC) === constants.O_SYNC);
    expect(synced.length).toBeGreaterThan(0);
    // `roll` cuts a segment that has ended through another descriptor, for a moment; seen once.
    expect(written.length - synced.length).toBeLessThanOrEqual(1);
  }
  const { stdout, stderr, status } = spawnSync(
    process.execPath,
    [...permitted(), SCRIPT, "take", directory],
    {
      encoding: "utf8",
    },
  );
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  const took = new Set(stdout.matchAll(/^took (\d+)$/gm).map(([, number]) => Number(number)));
  expect(kept.filter((number) => !took.has(number))).toEqual([]);
}, 240_000);

const IMPOSSIBLE: readonly (readonly [name: string, at: () => string, only: NodeJS.Platform | undefined])[] =
  [
    ["below a file", () => join(parent, "file", "spool"), undefined],
    ["deep below a file", () => join(parent, "file", "state", "spool"), undefined],
    ["in /proc", () => "/proc/scrim/spool", "linux"],
    ["deep in /proc/self", () => "/proc/self/scrim/state/spool", "linux"],
  ];
test.each(IMPOSSIBLE)(
  "a spool %s stops the start at once",
  (_name, at, only) => {
    if (only !== undefined && only !== process.platform) return;
    writeFileSync(join(parent, "file"), "");
    // In a process of its own: a start that never ends would take the tests with it.
    const { status, stderr } = spawnSync(process.execPath, [...QUIET, SCRIPT, "take", at()], {
      encoding: "utf8",
      timeout: 60_000,
    });
    expect(status).toBe(1);
    expect(stderr).toContain("STORE_UNUSABLE");
    expect(stderr).toContain("can't be made");
  },
  120_000,
);
