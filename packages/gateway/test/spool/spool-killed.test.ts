import { spawn, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

const SCRIPT = join(import.meta.dirname, "spool-process.ts");

let parent: string;
beforeEach(() => {
  parent = realpathSync(mkdtempSync(join(tmpdir(), "scrim-killed-")));
});
afterEach(() => rmSync(parent, { recursive: true, force: true }));

interface Ran {
  readonly kept: readonly number[];
  readonly refused: readonly string[];
  readonly took: readonly number[];
  readonly ended: NodeJS.Signals | number | null;
}

/** Runs the process to its end, or until `stop` says so at one of its lines. */
async function run(
  args: readonly string[],
  under: readonly string[] = [],
  stop?: (kept: number) => boolean,
): Promise<Ran> {
  const [command, ...rest] = [
    ...under,
    process.execPath,
    "--disable-warning=ExperimentalWarning",
    SCRIPT,
    ...args,
  ];
  const child = spawn(command!, rest, { stdio: ["ignore", "pipe", "inherit"] });
  const [kept, refused, took]: [number[], string[], number[]] = [[], [], []];
  createInterface({ input: child.stdout }).on("line", (line) => {
    const [what, number, code] = line.split(" ");
    if (what === "kept") kept.push(Number(number));
    else if (what === "refused") refused.push(code!);
    else if (what === "took") took.push(Number(number));
    else expect(line).toBe("ready");
    if (stop?.(kept.length) === true) child.kill("SIGKILL");
  });
  const ended = await new Promise<NodeJS.Signals | number | null>((resolve) => {
    child.once("close", (code, signal) => resolve(signal ?? code));
  });
  return { kept, refused, took, ended };
}

/** All that was acknowledged comes out, and nothing that was never put in. */
async function checkOwed(directory: string, kept: ReadonlySet<number>, issuedMax: number): Promise<void> {
  const { took, ended } = await run(["take", directory]);
  expect(ended).toBe(0);
  expect([...kept].filter((number) => !took.includes(number))).toEqual([]);
  expect(took.filter((number) => number < 1 || number > issuedMax)).toEqual([]);
  expect(new Set(took).size).toBe(took.length);
}

test("38, 121: killed at random under load, again and again: what was acknowledged is there", async () => {
  const directory = join(parent, "spool");
  const kept = new Set<number>();
  const perRun = 100_000;
  for (let turn = 0; turn < 5; turn++) {
    const until = 1 + Math.floor(Math.random() * 400);
    const first = String(turn * perRun + 1);
    const ran = await run(["append", directory, first], [], (count) => count >= until);
    expect(ran.ended).toBe("SIGKILL");
    expect(ran.refused).toEqual([]);
    for (const number of ran.kept) kept.add(number);
  }
  expect(kept.size).toBeGreaterThan(5);
  await checkOwed(directory, kept, 5 * perRun);
}, 240_000);

const CAN_TRACE = spawnSync("strace", ["-qq", "-o", "/dev/null", "true"]).status === 0;
const TRACED = "a spool whose system calls fail";

describe.skipIf(!CAN_TRACE)(
  CAN_TRACE ? TRACED : `${TRACED} (skipped: strace is missing, or may not trace)`,
  () => {
    const inject = (what: string) => [
      ...["strace", "-f", "-qq", "-o", "/dev/null", "-e", "trace=pwrite64,fdatasync,fsync"],
      ...["-e", `inject=${what}`],
    ];

    /** The first calls make the spool; those of the lock are others. */
    const FAULTS: readonly (readonly [what: string, codes: readonly string[]])[] = [
      ["fdatasync:error=EIO:when=6+9", ["QUEUE_FAILED"]],
      ["pwrite64:error=ENOSPC:when=12+11", ["QUEUE_FULL"]],
      ["pwrite64:error=EIO:when=9+13", ["QUEUE_FAILED"]],
      ["fsync:error=EIO:when=8+2", ["QUEUE_FAILED"]],
    ];
    test.each(FAULTS)(
      "121: %s: what fails is refused, what is acknowledged is there",
      async (what, codes) => {
        const directory = join(parent, "spool");
        const { kept, refused, ended } = await run(["append", directory, "1", "120"], inject(what));
        expect([0, 1]).toContain(ended);
        expect(kept.length + refused.length).toBe(120);
        for (const code of refused) expect(codes).toContain(code);
        if (!what.startsWith("fsync")) expect(refused.length).toBeGreaterThan(0);
        expect(kept.length).toBeGreaterThan(0);
        await checkOwed(directory, new Set(kept), 120);
      },
      120_000,
    );

    test.each([3, 7, 20])(
      "38: killed in sync %i: what was acknowledged is there",
      async (when) => {
        const directory = join(parent, "spool");
        const { kept, ended } = await run(
          ["append", directory, "1", "500"],
          inject(`fdatasync:signal=KILL:when=${when}`),
        );
        expect(ended).toBe("SIGKILL");
        await checkOwed(directory, new Set(kept), 500);
      },
      120_000,
    );
  },
);

const MOUNT = join(tmpdir(), `scrim-mount-${process.pid}`);

function canMount(): boolean {
  mkdirSync(MOUNT, { recursive: true });
  const isMounted =
    spawnSync("mount", ["-t", "tmpfs", "-o", "size=1m,mode=700", "tmpfs", MOUNT]).status === 0;
  if (isMounted) spawnSync("umount", [MOUNT]);
  rmSync(MOUNT, { recursive: true, force: true });
  return isMounted;
}
const CAN_MOUNT = process.platform === "linux" && canMount();
const SMALL = "a disk that is full";

describe.skipIf(!CAN_MOUNT)(CAN_MOUNT ? SMALL : `${SMALL} (skipped: nothing may be mounted here)`, () => {
  test("121: refuses, and loses nothing that it took", async () => {
    mkdirSync(MOUNT);
    expect(spawnSync("mount", ["-t", "tmpfs", "-o", "size=3m,mode=700", "tmpfs", MOUNT]).status).toBe(0);
    try {
      const directory = join(MOUNT, "spool");
      const { kept, refused, ended } = await run(["append", directory, "1", "800"], [], undefined);
      expect(ended).toBe(0);
      expect(new Set(refused)).toEqual(new Set(["QUEUE_FULL"]));
      expect(kept.length).toBeGreaterThan(10);
      await checkOwed(directory, new Set(kept), 800);
      // With room again, it takes again.
      const again = await run(["append", directory, "1001", "5"]);
      expect(again.kept).toHaveLength(5);
    } finally {
      spawnSync("umount", [MOUNT]);
      rmSync(MOUNT, { recursive: true, force: true });
    }
  }, 240_000);
});
