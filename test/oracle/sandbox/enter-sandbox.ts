import { execFileSync, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";

/**
 * Namespaces of a program's own: a network where links can be cut, mounts where disks can be full, and processes that all end when
 * the program does, however that is.
 */
const UNSHARE = ["--net", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc"];

/** Tells a program that it runs in there. */
const INSIDE = "ORACLE_SANDBOX";

/** What nested programs need. */
const NEEDED =
  "ip link set lo up && ip link add probe-a type veth peer name probe-b && mount -t tmpfs probe /mnt";

const INTERRUPTIONS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** Calls back when this program is to end before its time, whoever says so. */
export function onInterrupted(end: () => void): void {
  for (const signal of INTERRUPTIONS) process.once(signal, end);
  process.once("disconnect", end);
  process.channel?.unref();
}

export function isInSandbox(): boolean {
  return process.env[INSIDE] === "1";
}

/** What the program in there does first: a network that is new has nothing, not even itself. */
export function furnishSandbox(): void {
  execFileSync("ip", ["link", "set", "lo", "up"]);
}

/** Why there can be none; undefined where there can. */
function whyNot(): string | undefined {
  if (process.platform !== "linux") return "only Linux has namespaces";
  const { status, stderr, error } = spawnSync("unshare", [...UNSHARE, "sh", "-ec", NEEDED], {
    encoding: "utf8",
  });
  if (status === 0) return undefined;
  return error?.message ?? (stderr.trim().split("\n").at(-1) || `unshare ended with ${status}`);
}

/**
 * Runs this program once more, in a sandbox, with its output.
 *
 * @returns its exit code, or why there is no sandbox
 */
export async function runInSandbox(): Promise<{ readonly code: number } | { readonly reason: string }> {
  const reason = whyNot();
  if (reason !== undefined) return { reason };
  const child = spawn(
    "unshare",
    [...UNSHARE, process.execPath, ...process.execArgv, ...process.argv.slice(1)],
    {
      stdio: ["inherit", "inherit", "inherit", "ipc"],
      env: { ...process.env, [INSIDE]: "1" },
    },
  );
  // `unshare` keeps signals to itself; and who is ended without a word takes the channel along.
  const end = () => void (child.connected && child.disconnect());
  for (const signal of INTERRUPTIONS) process.on(signal, end);
  const [code] = (await once(child, "exit")) as [number | null];
  return { code: code ?? 1 };
}
