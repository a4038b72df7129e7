import { spawn } from "node:child_process";
import { once } from "node:events";
import {
  chmodSync,
  copyFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AuditLog, commitmentTo, pseudonymOf, readSigner } from "@scrim/audit";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { ROOT } from "../packages/workspace.ts";
import { type Run, scrim, scrimHere } from "./scrim.ts";

let folder: string;
const at = (name: string) => join(folder, name);
const cleanups: (() => Promise<unknown>)[] = [];
const actor = pseudonymOf({ version: 1, secret: Buffer.alloc(32, 1) }, "user", "jane");

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "scrim-audit-cli-"));
  await ok("keygen", "log", "--name", "shop.example/audit", "--out", at("log"));
  await grow(300);
});
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup();
  rmSync(folder, { recursive: true });
});

const audit = (...args: string[]) => scrimHere(["audit", ...args]);

async function ok(...args: string[]): Promise<Run> {
  const run = await audit(...args);
  expect([run.code, run.stderr]).toEqual([0, ""]);
  return run;
}

async function grow(count: number): Promise<void> {
  const signer = readSigner("log", readFileSync(at("log.key"), "utf8"), "log.key");
  let now = Date.parse("2027-01-15T08:00:00Z");
  const log = await AuditLog.open({
    directory: at("dir"),
    signer,
    create: true,
    clock: () => (now += 1_000),
  });
  await Promise.all(
    Array.from({ length: count }, (_, number) =>
      number % 3 === 0
        ? log.append({
            kind: "decision",
            action: "approve",
            actor,
            ids: { request: `r-${number}` },
            policies: ["p0"],
          })
        : log.append({
            kind: "reveal",
            action: "open",
            outcome: "refused",
            facts: { number },
            texts: { reason: commitmentTo("ticket").commitment },
          }),
    ),
  );
  await log.close();
}

const key = () => ["--key", at("log.pub")];

describe("keygen", () => {
  test("writes a pair, the secret half for its owner alone", async () => {
    const { stdout } = await ok("keygen", "witness", "--name", "witness.example/w1", "--out", at("w1"));
    expect(stdout).toMatch(
      /^witness key [0-9a-f]{8} of witness\.example\/w1: .*w1\.key \(secret\), .*w1\.pub\n$/,
    );
    expect(statSync(at("w1.key")).mode & 0o777).toBe(0o600);
    expect(readFileSync(at("w1.pub"), "utf8")).toMatch(/^witness\.example\/w1\+[0-9a-f]{8}\+B\S+\n$/);
    const again = await audit("keygen", "witness", "--name", "x", "--out", at("w1"));
    expect([again.code, again.stderr]).toEqual([2, expect.stringContaining("there already")]);
  });

  test.each([
    [["keygen", "rsa", "--name", "x"], "log, witness"],
    [["keygen", "log", "--name", "a b"], "no spaces"],
    [["keygen", "log"], "--name NAME is required"],
  ])("%j is refused", async (args, what) => {
    const { code, stderr } = await audit(...args);
    expect([code, stderr]).toEqual([2, expect.stringContaining(what)]);
  });
});

describe("verify", () => {
  test("alone it shows internal consistency, and exits 3", async () => {
    const { code, stdout } = await audit("verify", at("dir"), ...key());
    expect(code).toBe(3);
    expect(stdout).toMatch(/^log {6}shop\.example\/audit\nentries {2}300 entries, the last of 2027-01-15T/);
    expect(stdout).toContain("internal consistency only");
  });

  test("with a kept checkpoint it exits 0, and 1 once the log was rolled back", async () => {
    cpSync(at("dir"), at("before"), { recursive: true });
    await grow(10);
    copyFileSync(join(at("dir"), "checkpoint"), at("kept"));
    const { stdout } = await ok("verify", at("dir"), ...key(), "--since", at("kept"));
    expect(stdout).toContain("the log continues the kept checkpoint of 310");
    const back = await audit("verify", at("before"), ...key(), "--since", at("kept"));
    expect([back.code, back.stdout]).toEqual([1, ""]);
    expect(back.stderr).toContain("has 300 entries, and had 310 before [AUDIT_INVALID]");
  });

  test("a changed copy is refused, with the file that is wrong", async () => {
    const file = join(at("dir"), "tile/entries/000");
    const bytes = readFileSync(file);
    bytes[5]! ^= 1;
    writeFileSync(file, bytes);
    const { code, stderr } = await audit("verify", at("dir"), ...key());
    expect([code, stderr]).toEqual([1, expect.stringContaining("[AUDIT_INVALID]")]);
  });

  test("--json tells the same", async () => {
    const { code, stdout } = await audit("verify", at("dir"), ...key(), "--json");
    expect(code).toBe(3);
    expect(JSON.parse(stdout)).toMatchObject({
      size: 300,
      against: "internal consistency only",
      unknownEntries: 0,
    });
  });

  test.each<[name: string, args: () => string[], what: string]>([
    ["nothing", () => key(), "a LOG or --proof FILE is needed"],
    ["no key", () => [at("dir")], "--key FILE is required"],
    ["more witnesses than named", () => [at("dir"), ...key(), "--witnesses", "1"], "--witnesses"],
  ])("%s is a usage error", async (_, args, what) => {
    const { code, stderr } = await audit("verify", ...args());
    expect([code, stderr]).toEqual([2, expect.stringContaining(what)]);
  });

  test("a log that may not be read, or is none, is told as such", async () => {
    rmSync(join(at("dir"), "tile/0/000"));
    mkdirSync(join(at("dir"), "tile/0/000"));
    const folder = await audit("verify", at("dir"), ...key());
    expect([folder.code, folder.stderr]).toEqual([1, expect.stringContaining("is no file [AUDIT_INVALID]")]);
    expect((await audit("verify", at("none"), ...key())).stderr).toContain("is missing [AUDIT_INVALID]");
  });

  test("the secret half is no key to verify with, and is not told", async () => {
    const { code, stderr } = await audit("verify", at("dir"), "--key", at("log.key"));
    expect([code, stderr]).toEqual([1, expect.stringContaining("[KEY_INVALID]")]);
    expect(stderr).not.toContain(readFileSync(at("log.key"), "utf8").split("+").at(-1)!.trim());
  });

  test("a log is verified by the address it is served under", async () => {
    const server = createServer((request, response) => {
      try {
        response.end(readFileSync(join(at("dir"), request.url!)));
      } catch {
        response.writeHead(404).end();
      }
    });
    const url = await listening(server);
    expect((await audit("verify", url, ...key())).code).toBe(3);
    expect((await audit("show", `${url}/`, "--last", "1")).stdout).toContain("299");
    const { code, stderr } = await audit("verify", `${url}/elsewhere`, ...key());
    expect([code, stderr]).toEqual([1, expect.stringContaining("is missing")]);
  });
});

async function listening(server: Server): Promise<string> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  cleanups.push(() => new Promise((resolve) => server.close(resolve)));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

describe("prove", () => {
  test("a proof is verified without the log, and as a kept checkpoint of one", async () => {
    const { stdout } = await ok("prove", at("dir"), "17", ...key());
    writeFileSync(at("17.tlog-proof"), stdout);
    const proof = ["--proof", at("17.tlog-proof")];
    expect((await ok("verify", ...proof, ...key())).stdout).toMatch(
      /^entry 17 is in the log shop\.example\/audit, of 300 entries then\n\{"action":"open",.*"number":17/,
    );
    await grow(5);
    const { stdout: both } = await ok("verify", at("dir"), ...proof, ...key());
    expect(both).toContain("the log continues the kept checkpoint of 300");
    writeFileSync(at("17.tlog-proof"), stdout.replace("index 17", "index 18"));
    expect((await audit("verify", ...proof, ...key())).code).toBe(1);
  });

  test.each(["300", "-1", "x"])("%s is no index", async (index) => {
    const { code, stdout } = await audit("prove", ...key(), "--", at("dir"), index);
    expect([code, stdout]).toEqual([2, ""]);
  });
});

describe("show", () => {
  test("entries are listed, and chosen", async () => {
    const { stdout } = await ok("show", at("dir"), "--kind", "decision", "--last", "2");
    expect(stdout.split("\n")).toEqual([
      expect.stringMatching(/^INDEX {2}TIME +KIND +ACTION +OUTCOME +WHO +IDS +MORE$/),
      expect.stringMatching(
        new RegExp(`^294 +2027-\\S+ +decision +approve +${actor} +request=r-294 +policy=p0$`),
      ),
      expect.stringMatching(/^297 .*request=r-297/),
      "",
    ]);
    expect((await ok("show", at("dir"), "--who", actor)).stdout.split("\n")).toHaveLength(102);
    expect((await ok("show", at("dir"), "--id", "r-3")).stdout).toContain("r-3 ");
    expect((await ok("show", at("dir"), "--action", "none")).stdout).toBe("no entries\n");
    const range = ["--after", "2027-01-15T08:00:10Z", "--before", "2027-01-15T08:00:12Z", "--json"];
    const lines = (await ok("show", at("dir"), ...range)).stdout.trim().split("\n");
    expect(lines.map((line) => JSON.parse(line).index)).toEqual([9, 10]);
  });

  test.each([
    ["--after", "yesterday-ish"],
    ["--last", "0"],
    ["--kind", "other"],
  ])("%s %s is a usage error", async (...args) => {
    expect((await audit("show", at("dir"), ...args)).code).toBe(2);
  });

  test("where there is no log it says so", async () => {
    const { code, stderr } = await audit("show", at("none"));
    expect([code, stderr]).toEqual([2, expect.stringContaining("there is no log")]);
  });
});

/** A witness as a process; gives its address. */
async function startWitness(
  name: string,
  ...args: string[]
): Promise<{ url: string; stop: () => Promise<number | null> }> {
  const main = join(ROOT, "packages/cli/src/main.ts");
  const child = spawn(process.execPath, [
    main,
    ...[
      "audit",
      "witness",
      "--key",
      at(`${name}.key`),
      "--log",
      at("log.pub"),
      "--state",
      at(`${name}.state`),
    ],
    ...["--listen", "127.0.0.1:0", ...args],
  ]);
  let said = "";
  const url = await new Promise<string>((resolve, reject) => {
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      said += text;
      if (said.includes("ready;")) resolve(/http:\S+/.exec(said)![0]);
    });
    child.on("close", () => reject(new Error(said)));
  });
  const stop = async () => {
    if (child.exitCode === null) {
      child.kill("SIGTERM");
      await once(child, "close");
    }
    return child.exitCode;
  };
  cleanups.push(stop);
  return { url, stop };
}

describe("witnesses", () => {
  test("two cosign; the log verifies against them, through their restart, and a rolled back one does not", async () => {
    for (const name of ["w1", "w2"])
      await ok("keygen", "witness", "--name", `witness.example/${name}`, "--out", at(name));
    const w1 = await startWitness("w1", "--new");
    const w2 = await startWitness("w2", "--new");
    cpSync(at("dir"), at("before"), { recursive: true });
    const cosign = (directory: string, first = w1.url) =>
      audit(
        "cosign",
        directory,
        ...key(),
        "--witness",
        at("w1.pub"),
        "--url",
        first,
        "--witness",
        at("w2.pub"),
        "--url",
        w2.url,
      );
    const both = ["--witness", at("w1.pub"), "--witness", at("w2.pub")];
    const verify = (directory: string, ...more: string[]) =>
      audit("verify", directory, ...key(), ...both, ...more);
    expect((await verify(at("dir"))).code).toBe(1);
    expect((await cosign(at("dir"))).stdout).toBe("2 of 2 witnesses cosigned the checkpoint of 300\n");
    expect((await verify(at("dir"))).stdout).toContain(
      "the first 300, cosigned by witness.example/w1, witness.example/w2",
    );
    const proof = (await ok("prove", at("dir"), "3", ...key())).stdout;
    writeFileSync(at("3.tlog-proof"), proof);
    const witnessed = await audit("verify", "--proof", at("3.tlog-proof"), ...key(), ...both);
    expect([witnessed.code, witnessed.stdout]).toEqual([0, expect.stringContaining("cosigned by")]);
    await grow(7);
    expect((await verify(at("dir"))).stdout).toContain("the last 7 are not cosigned yet");
    expect(await w1.stop()).toBe(0);
    expect(statSync(at("w1.state")).mode & 0o777).toBe(0o600);
    const partly = await cosign(at("dir"));
    expect([partly.code, partly.stdout]).toEqual([1, "1 of 2 witnesses cosigned the checkpoint of 307\n"]);
    expect((await verify(at("dir"), "--witnesses", "1")).code).toBe(0);
    const again = await startWitness("w1");
    expect((await cosign(at("dir"), again.url)).code).toBe(0);
    const old = await cosign(at("before"), again.url);
    expect([old.code, old.stderr]).toEqual([
      1,
      expect.stringContaining("has seen 307 entries, here are 300"),
    ]);
  });

  test("a witness answers nothing else, and not what is too large", async () => {
    await ok("keygen", "witness", "--name", "w", "--out", at("w"));
    const { url } = await startWitness("w", "--new");
    const status = async (path: string, init?: RequestInit) => (await fetch(url + path, init)).status;
    expect(await status("/")).toBe(404);
    expect(await status("/add-checkpoint")).toBe(405);
    expect(await status("/add-checkpoint", { method: "POST", body: "old 0\n\n" })).toBe(400);
    expect(
      await status("/add-checkpoint", { method: "POST", body: "a".repeat(200_000) }).catch(() => 413),
    ).toBe(413);
  });

  test("one without its state does not start, nor with a key that others may read", async () => {
    await ok("keygen", "witness", "--name", "w", "--out", at("w"));
    const args = ["witness", "--key", at("w.key"), "--log", at("log.pub"), "--state", at("w.state")];
    const lost = await audit(...args);
    expect([lost.code, lost.stderr]).toEqual([1, expect.stringContaining("--new")]);
    chmodSync(at("w.key"), 0o644);
    expect((await audit(...args, "--new")).stderr).toContain("chmod 600");
  });
});

test("help tells the exit codes", async () => {
  const { stdout } = await scrim(["audit", "verify", "--help"]);
  expect(stdout).toContain("3 internal consistency only");
});
