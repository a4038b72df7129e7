import { createPublicKey } from "node:crypto";
import { readFileSync } from "node:fs";
import { OperatingError } from "@scrim/errors";
import {
  KEY_SET_DAYS_MAX,
  type KeySet,
  type KeyUse,
  openKeySet,
  readPrivateKey,
  readPublicKey,
  type SigningKey,
  signKeySet,
} from "@scrim/grants";
import { type CommandInput, type CommandStreams, optionList, optionText } from "../command.ts";
import { counted } from "../counted.ts";
import { codeOf, readPrivateFile } from "../grants/private-file.ts";
import { isoOf, nowSeconds } from "../grants/time-text.ts";
import { writeNew } from "../key-pair-files.ts";

const KEY_BYTES_MAX = 65_536;
const DAY_S = 86_400;

/** What keys of an option may sign. */
const USES: Readonly<Record<"signing" | "policy", readonly KeyUse[]>> = {
  signing: ["grants", "reveals"],
  policy: ["policies"],
};

export async function run(input: CommandInput, { stdout }: CommandStreams): Promise<number> {
  const issuedAt = nowSeconds();
  const set: KeySet = {
    version: versionOf(optionText(input, "version") ?? ""),
    issuedAt,
    expiresAt: issuedAt + daysOf(optionText(input, "for") ?? "") * DAY_S,
    keys: keysOf(input),
  };
  const rootFile = optionText(input, "root") ?? "";
  const root = readPrivateKey("root", rootText(rootFile), rootFile);
  const bytes = signKeySet(set, root);
  openKeySet(bytes, [{ id: root.id, key: createPublicKey(root.key) }]); // what services refuse is not written
  const out = optionText(input, "out") ?? "";
  writeNew(out, bytes, 0o644, "give another name: --out FILE");
  stdout.write(
    `set ${set.version} of ${counted(set.keys.length, "key")}, until ${isoOf(set.expiresAt)}: ${out}\n`,
  );
  for (const { key, uses } of set.keys) stdout.write(`${key.id} ${uses.join(", ")}\n`);
  return 0;
}

function keysOf(input: CommandInput): readonly SigningKey[] {
  const keys = (["signing", "policy"] as const).flatMap((purpose) =>
    optionList(input, purpose).map((file) => ({
      key: readPublicKey(purpose, publicText(file), file),
      uses: USES[purpose],
    })),
  );
  if (keys.length === 0) {
    throw new OperatingError("INPUT_INVALID", "a set has a key at least", {
      path: "--signing",
      hint: "name its public half: --signing signing.pub",
    });
  }
  if (new Set(keys.map(({ key }) => key.id)).size < keys.length) {
    throw new OperatingError("INPUT_INVALID", "a key is there twice", {
      path: "--signing",
      hint: "a key signs grants and reveals, or policies: make a pair for each",
    });
  }
  return keys;
}

function versionOf(text: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new OperatingError("INPUT_INVALID", "expected a number, 1 or more", {
    path: "--version",
    hint: "write it like --version 2",
  });
}

function daysOf(text: string): number {
  const days = Number(/^([1-9]\d{0,3})d$/.exec(text)?.[1]);
  if (days <= KEY_SET_DAYS_MAX) return days;
  throw new OperatingError("INPUT_INVALID", `expected days, ${KEY_SET_DAYS_MAX}d at most`, {
    path: "--for",
    hint: "write it like --for 90d",
  });
}

function rootText(file: string): string {
  const text = readPrivateFile(file, KEY_BYTES_MAX);
  if (text !== undefined) return text;
  throw new OperatingError("CONFIG_UNREADABLE", "no such file", {
    path: file,
    hint: "make a pair with: scrim grant keygen root",
  });
}

function publicText(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (cause) {
    throw new OperatingError("CONFIG_UNREADABLE", `can't be read (${codeOf(cause)})`, { path: file, cause });
  }
}
