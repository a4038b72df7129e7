import { mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type AuditEntry,
  directorySource,
  generateNoteKeys,
  parseEntry,
  readBundles,
  readPublished,
  readVerifier,
} from "@scrim/audit";
import { createToken } from "@scrim/authentication/token-file";
import { formatEndpoint } from "@scrim/gateway";
import {
  type Clock,
  generateKeys,
  type RevealGrant,
  RevealGrantSchema,
  readPrivateKey,
  readPublicKey,
  signRevealBundle,
} from "@scrim/grants";
import { Sealer, type ValueFacts } from "@scrim/seal";
import { onTestFinished } from "vitest";
import { type RevealServiceOptions, startRevealService } from "../src/reveal/start-reveal-service.ts";
import { CLIENT, SERVER } from "./tls.ts";

/* A reveal service with all that it needs on the disk, its callers, and who signs its grants. */

export const NOW = 1_800_000_000;
export const TRACE_ID = "0af7651916cd43dd8448eb211c80319c";
export const EMAIL = "jane@customer.example";
export const GRANT_ID = "00112233aabbccdd";
export const FACTS: ValueFacts = {
  service: "checkout",
  path: "user.email",
  class: "direct_identifier",
  traceId: TRACE_ID,
};

const DIRECTORY = `
tenants: [shop, other]
people:
  - { id: alice, tenant: shop, identities: ["token:alice", "certificate:uri:spiffe://shop.example/alice"] }
  - { id: bob, tenant: shop, identities: ["token:bob"] }
  - { id: mallory, tenant: other, identities: ["token:mallory"] }
machines:
  - { id: robot, tenant: shop, identities: ["token:robot"], owners: [alice], acts_for: [alice] }
workloads:
  - { id: checkout, tenant: shop, identities: ["token:checkout"], services: [{ service: checkout, environment: production }] }
`;
const CALLERS = ["alice", "bob", "mallory", "robot", "checkout"] as const;
export type Caller = (typeof CALLERS)[number];

const reveal = generateKeys("reveal");
const signing = generateKeys("signing");
const log = generateNoteKeys("log", "shop.example/reveals");
const tokens = new Map(CALLERS.map((name) => [name, createToken(name)]));

export const LOG_KEY = readVerifier("log", log.publicKey, "log.pub");

/** Time that stands still until it is told. */
export class TestClock implements Clock {
  wall: number = NOW * 1000;
  monotonic = 5_000;
  wallMs = (): number => this.wall;
  monotonicMs = (): number => this.monotonic;

  advance(seconds: number): void {
    this.wall += seconds * 1000;
    this.monotonic += seconds * 1000;
  }
}

export function revealGrant(changes: Partial<RevealGrant> = {}): RevealGrant {
  return RevealGrantSchema.parse({
    id: GRANT_ID,
    tenant: "shop",
    holder: { principal: "alice", people: ["alice"] },
    services: ["check*"],
    classes: ["direct_identifier", "credit_card"],
    trace_ids: [TRACE_ID],
    sealed_from: NOW - 600,
    sealed_until: NOW + 600,
    values_max: 100,
    not_before: NOW - 10,
    expires_at: NOW + 900,
    ...changes,
  });
}

export function sealed(
  changes: Partial<ValueFacts> & { tenant?: string; sealedAt?: number; value?: string } = {},
  publicKey: string = reveal.publicKey,
): string {
  const { tenant = "shop", sealedAt = NOW, value = EMAIL, ...facts } = changes;
  const clock = { wallMs: () => sealedAt * 1000, monotonicMs: () => 0 };
  const recipient = readPublicKey("reveal", publicKey, "reveal.pub").key;
  return new Sealer({ recipient, tenant, policy: "shop/1", clock }).seal(value, { ...FACTS, ...facts })!;
}

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
}

export interface Service {
  readonly url: string;
  readonly folder: string;
  readonly clock: TestClock;
  readonly problems: unknown[];
  ask(token: unknown, more?: { caller?: Caller; grant?: string }): Promise<Answer>;
  /** Sends anything. */
  send(path: string, init?: RequestInit): Promise<Answer>;
  /** Signs the next bundle, and waits until it is taken. */
  grant(grants: readonly RevealGrant[], changes?: { audience?: string; issuedAt?: number }): Promise<void>;
  /** Entries of the log about values, in order. */
  entries(): Promise<readonly AuditEntry[]>;
  restart(): Promise<void>;
  stop(): Promise<void>;
}

export type ServiceChanges = Partial<Omit<RevealServiceOptions, "config">> & {
  readonly config?: object;
  /** Puts more into its folder before it starts. */
  readonly prepare?: (folder: string) => void;
};

export async function startService(
  grants: readonly RevealGrant[] = [revealGrant()],
  { config = {}, prepare = () => {}, ...changes }: ServiceChanges = {},
): Promise<Service> {
  const folder = mkdtempSync(join(tmpdir(), "scrim-reveal-"));
  writeFiles(folder);
  prepare(folder);
  const clock = new TestClock();
  const problems: unknown[] = [];
  const told = (problem: unknown) => problems.push(problem);
  let version = 0;
  const write = (granted: readonly RevealGrant[], { audience = "reveal", issuedAt = NOW } = {}) => {
    const bundle = { audience, version: ++version, issuedAt, expiresAt: issuedAt + 60, grants: granted };
    const bytes = signRevealBundle(bundle, readPrivateKey("signing", signing.privateKey, "signing.key"));
    writeFileSync(join(folder, "next"), bytes, { mode: 0o600 });
    renameSync(join(folder, "next"), join(folder, "bundle"));
  };
  write(grants);
  const options: RevealServiceOptions = {
    config: { ...CONFIG, ...config },
    baseDir: folder,
    told,
    clock,
    ...changes,
  };
  let service = await startRevealService(options).catch((error) => {
    rmSync(folder, { recursive: true });
    throw error;
  });
  onTestFinished(async () => {
    await service.shutdown();
    rmSync(folder, { recursive: true, force: true });
  });
  const address = () => `${service.isTls ? "https" : "http"}://${formatEndpoint(service.endpoint)}`;
  const send = async (path: string, init: RequestInit = {}) => answerOf(await fetch(address() + path, init));
  return {
    get url() {
      return address();
    },
    folder,
    clock,
    problems,
    send,
    ask: (token, { caller = "alice", grant } = {}) =>
      send("/v1/reveal", {
        method: "POST",
        headers: { authorization: bearerOf(caller), "content-type": "application/json" },
        body: JSON.stringify({ token, ...(grant !== undefined && { grant }) }),
      }),
    async grant(granted, bundle) {
      const before = problems.length;
      write(granted, bundle);
      const deadline = performance.now() + 5_000;
      const seen = () => readVersion(folder) === version || problems.length > before;
      while (!seen() && performance.now() < deadline) await new Promise((done) => setTimeout(done, 10));
    },
    entries: async () => (await entriesOf(join(folder, "audit"))).filter(({ kind }) => kind === "reveal"),
    async restart() {
      await service.shutdown();
      service = await startRevealService(options);
    },
    stop: () => service.shutdown(),
  };
}

/** As all services here have it. */
export const AUDIT = {
  directory: "audit",
  key_file: "log.key",
  pseudonyms_file: "pseudonyms.secret",
  create: true,
};
export const GRANTS = {
  bundle_file: "bundle",
  trusted_files: ["signing.pub"],
  versions_file: "versions",
};
const CONFIG = {
  listen: "127.0.0.1:0",
  key_files: ["reveal.key"],
  grants: GRANTS,
  audit: AUDIT,
  directory_file: "directory.yaml",
  authentication: { token_file: "tokens" },
};

export function bearerOf(caller: Caller): string {
  return `Bearer ${tokens.get(caller)!.token}`;
}

async function entriesOf(directory: string): Promise<readonly AuditEntry[]> {
  const source = directorySource(directory);
  const { size } = await readPublished(source, LOG_KEY);
  const found: AuditEntry[] = [];
  for await (const { entries } of readBundles(source, size))
    for (const bytes of entries) found.push(parseEntry(bytes)!);
  return found;
}

function writeFiles(folder: string): void {
  const secret = { mode: 0o600 };
  writeFileSync(join(folder, "reveal.key"), reveal.privateKey, secret);
  writeFileSync(join(folder, "server.key"), SERVER.key, secret);
  writeFileSync(join(folder, "server.pem"), SERVER.certificate);
  writeFileSync(join(folder, "clients.pem"), CLIENT.certificate);
  writeFileSync(join(folder, "signing.pub"), signing.publicKey);
  writeFileSync(join(folder, "log.key"), log.privateKey, secret);
  const pseudonyms = `pseudonyms 1 ${Buffer.alloc(32, 7).toString("base64url")}\n`;
  writeFileSync(join(folder, "pseudonyms.secret"), pseudonyms, secret);
  writeFileSync(join(folder, "directory.yaml"), DIRECTORY, secret);
  const lines = [...tokens.values()].map(({ line }) => `${line}\n`);
  writeFileSync(join(folder, "tokens"), lines.join(""), secret);
}

function readVersion(folder: string): number | undefined {
  try {
    return (JSON.parse(readFileSync(join(folder, "versions"), "utf8")) as { version: number }).version;
  } catch {
    return undefined;
  }
}

async function answerOf(response: Response): Promise<Answer> {
  const { date: _, ...headers } = Object.fromEntries(response.headers);
  return { status: response.status, headers, text: await response.text() };
}
