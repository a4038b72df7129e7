import { mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { generateNoteKeys } from "@scrim/audit";
import {
  generateKeys,
  type KeyPairText,
  type KeySet,
  readPrivateKey,
  readPublicKey,
  signKeySet,
} from "@scrim/grants";
import { type Access, createToken, generateSecrets, parseAccessConfig, startAccess } from "../src/index.ts";

/** Who is there, unless a test says otherwise: people of two tenants, a machine that acts for ana, processes of two services. */
const DIRECTORY = `
tenants: [shop, bank]
people:
  - { id: ana, tenant: shop, identities: ["token:ana"], roles: [engineer], teams: [payments] }
  - { id: ben, tenant: shop, identities: ["token:ben"], roles: [engineer, approver, reveal_approver], teams: [payments] }
  - { id: cy, tenant: shop, identities: ["token:cy"], roles: [engineer, approver, reveal_approver, break_glass] }
  - { id: dora, tenant: shop, identities: ["token:dora"], roles: [admin] }
  - { id: eva, tenant: shop, identities: ["token:eva"], roles: [security, auditor] }
  - { id: olaf, tenant: shop, identities: ["token:olaf"], roles: [], teams: [owners] }
  - { id: nobody, tenant: shop, identities: ["token:nobody"], roles: [] }
  - { id: zoe, tenant: bank, identities: ["token:zoe"], roles: [engineer, approver, reveal_approver, admin, security, auditor, break_glass] }
machines:
  - { id: bot, tenant: shop, identities: ["token:bot"], owners: [ben], acts_for: [ana, cy], roles: [engineer, approver], teams: [payments] }
workloads:
  - { id: pay-pods, tenant: shop, identities: ["token:pay-pods"], services: [{ service: pay, environment: production }] }
  - { id: reveal, tenant: shop, identities: ["token:reveal"], services: [{ service: scrim-reveal, environment: reveal }] }
teams:
  - { id: payments, tenant: shop }
  - { id: owners, tenant: shop, owns: [{ service: pay }] }
`;

export const CALLERS = [
  "ana",
  "ben",
  "cy",
  "dora",
  "eva",
  "olaf",
  "nobody",
  "zoe",
  "bot",
  "pay-pods",
  "reveal",
] as const;
export type Caller = (typeof CALLERS)[number];

export interface Reply<T = Record<string, unknown>> {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly body: T;
}

interface CallOptions {
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A control plane that runs, with its folder. */
export interface RunningAccess {
  readonly folder: string;
  readonly url: string;
  readonly signing: KeyPairText;
  /** Signs sets of keys, which the control plane hands out if it is told to. */
  readonly root: KeyPairText;
  readonly policySigning: KeyPairText;
  readonly auditKey: string;
  readonly problems: unknown[];
  tokenOf(caller: Caller): string;
  /** Asks as somebody; undefined asks without credentials. */
  call<T = Record<string, unknown>>(
    caller: Caller | undefined,
    method: string,
    path: string,
    options?: CallOptions,
  ): Promise<Reply<T>>;
  /** The same at another address. */
  callAt(
    address: string,
    caller: Caller | undefined,
    method: string,
    path: string,
    options?: CallOptions,
  ): Promise<Reply>;
  /** Puts a set of keys, signed by the root, in the place of the one before. */
  putKeySet(version: number, signers: readonly KeyPairText[], changes?: Partial<KeySet>): void;
  /** Puts a file in the place of the one before. */
  put(name: string, content: string | Buffer): void;
  restart(): Promise<void>;
  /** Stops it, and leaves the folder. */
  pause(): Promise<void>;
  stop(): Promise<void>;
}

export interface RunningAccessOptions {
  /** Beside where it listens and its tokens. */
  readonly config?: object;
  readonly directory?: string;
  readonly refreshMs?: number;
  readonly settledMs?: number;
  /** Whether a root's set names its signing key. */
  readonly isRooted?: boolean;
}

export async function runAccess(options: RunningAccessOptions = {}): Promise<RunningAccess> {
  const folder = mkdtempSync(join(tmpdir(), "scrim-access-"));
  const write = (name: string, text: string) => writeFileSync(join(folder, name), text, { mode: 0o600 });
  const auditKeys = generateNoteKeys("log", "shop.example/access");
  const signing = generateKeys("signing");
  const root = generateKeys("root");
  const put = (name: string, content: string | Buffer) => {
    writeFileSync(join(folder, "next"), content, { mode: 0o600 });
    renameSync(join(folder, "next"), join(folder, name));
  };
  const putKeySet: RunningAccess["putKeySet"] = (version, signers, changes = {}) => {
    const issuedAt = Math.floor(Date.now() / 1000);
    const keys = signers.map(({ publicKey }) => ({
      key: readPublicKey("signing", publicKey, "signing.pub"),
      uses: ["grants", "reveals"] as const,
    }));
    const set = { version, issuedAt, expiresAt: issuedAt + 90 * 86_400, keys, ...changes };
    put("keys.set", signKeySet(set, readPrivateKey("root", root.privateKey, "root.key")));
  };
  const policySigning = generateKeys("policy");
  const tokens = new Map(CALLERS.map((caller) => [caller, createToken(caller)]));
  write("audit.key", auditKeys.privateKey);
  write("signing.key", signing.privateKey);
  write("policy.key", policySigning.privateKey);
  write("access.secrets", generateSecrets());
  write("tokens", [...tokens.values()].map(({ line }) => `${line}\n`).join(""));
  write("directory.yaml", options.directory ?? DIRECTORY);
  write("root.pub", root.publicKey);
  putKeySet(1, [signing]);
  const problems: unknown[] = [];
  const config = {
    listen: "127.0.0.1:0",
    authentication: { token_file: "tokens" },
    keys: {
      policy_file: "policy.key",
      ...(options.isRooted && { set_file: "keys.set", root_files: ["root.pub"] }),
    },
    ...options.config,
  };
  const start = () =>
    startAccess({
      config: parseAccessConfig(config),
      baseDir: folder,
      told: (problem) => problems.push(problem),
      ...(options.refreshMs !== undefined && { refreshMs: options.refreshMs }),
      ...(options.settledMs !== undefined && { settledMs: options.settledMs }),
    });
  let access: Access = await start();
  const url = () => `http://127.0.0.1:${access.endpoint.port}`;
  const tokenOf = (caller: Caller) => tokens.get(caller)!.token;
  const send: RunningAccess["callAt"] = async (address, caller, method, path, { body, headers } = {}) => {
    const response = await fetch(address + path, {
      method,
      headers: {
        ...(caller !== undefined && { authorization: `Bearer ${tokenOf(caller)}` }),
        ...(body !== undefined && { "content-type": "application/json" }),
        ...headers,
      },
      ...(body !== undefined && { body: typeof body === "string" ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, text, body: jsonOf(text) };
  };
  return {
    folder,
    get url() {
      return url();
    },
    signing,
    root,
    putKeySet,
    put,
    policySigning,
    auditKey: auditKeys.publicKey,
    problems,
    tokenOf,
    call: (caller, method, path, options) => send(url(), caller, method, path, options) as never,
    callAt: send,
    async restart() {
      await access.shutdown();
      access = await start();
    },
    pause: () => access.shutdown(),
    async stop() {
      await access.shutdown();
      rmSync(folder, { recursive: true });
    },
  };
}

function jsonOf<T>(text: string): T {
  try {
    return JSON.parse(text) as T;
  } catch {
    return {} as T;
  }
}

/** A request to capture that anybody may make. */
export function captureInput(changes: object = {}, scope: object = {}): object {
  return {
    scope: {
      capability: "capture",
      services: ["pay"],
      environments: ["production"],
      selector: { where: "url.path == '/pay'" },
      traces_max: 5,
      ...scope,
    },
    reason: "refunds fail for some customers",
    duration_s: 900,
    ...changes,
  };
}

/** A request to reveal. */
export function revealInput(changes: object = {}, scope: object = {}): object {
  return {
    scope: {
      capability: "reveal",
      services: ["pay"],
      environments: ["production"],
      classes: ["direct_identifier"],
      sealed_from: 1_700_000_000,
      sealed_until: 1_900_000_000,
      values_max: 3,
      ...scope,
    },
    reason: "which customer was it",
    duration_s: 900,
    ...changes,
  };
}

/** Enrols pay in production; its keys. */
export async function enrolPay(access: RunningAccess): Promise<KeyPairText> {
  const keys = generateKeys("service");
  const body = { service: "pay", environment: "production", public_key: keys.publicKey };
  const { status, text } = await access.call("dora", "POST", "/v1/services", { body });
  if (status !== 201) throw new Error(text);
  return keys;
}
