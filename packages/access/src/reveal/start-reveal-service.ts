import { resolve } from "node:path";
import { createSecureContext } from "node:tls";
import { AuditLog, type PseudonymKey, readSigner } from "@scrim/audit";
import { readOwnedFile } from "@scrim/authentication";
import { OperatingError } from "@scrim/errors";
import { type Endpoint, takeProcessRole } from "@scrim/gateway";
import {
  type BundleSource,
  type Clock,
  FileSource,
  fixedSigners,
  HttpSource,
  PolledSource,
  RevealIntake,
  RevealSet,
  readPublicKey,
  SignedSource,
  type Signers,
  systemClock,
  TrustedKeys,
  VersionFile,
} from "@scrim/grants";
import { parseSection, readYaml } from "@scrim/pipeline";
import { createAuthenticate } from "../authentication/create-authenticate.ts";
import { openDirectory } from "../directory/open-directory.ts";
import { startServer, type TlsTexts } from "../http/start-server.ts";
import { RefusalLimits } from "./refusal-limits.ts";
import { createRevealApp } from "./reveal-app.ts";
import { RevealConfig } from "./reveal-config.ts";
import { RevealCounts } from "./reveal-counts.ts";
import { revealEntries } from "./reveal-entry.ts";
import { fileRevealKeys, type RevealKeys } from "./reveal-keys.ts";

const FILE_BYTES_MAX = 1 << 20;
const SECRET_BYTES = 32;

export interface RevealServiceOptions {
  /** A YAML text, or what one would hold. */
  readonly config: string | object;
  /** Where its paths begin. */
  readonly baseDir: string;
  /** The keys of the configuration's files unless given. */
  readonly keys?: RevealKeys;
  /** Hears of what goes wrong while it runs. */
  readonly told: (problem: unknown) => void;
  readonly clock?: Clock;
}

/** A reveal service, while it runs. */
export interface RevealService {
  /** Where it listens: the port is the one taken, if 0 was asked for. */
  readonly endpoint: Endpoint;
  readonly isTls: boolean;
  /** Stops answering, forgets its grants and lets another process write its log. May come twice. */
  shutdown(): Promise<void>;
}

/** Closes what was opened, the last first. */
type Closing = (() => unknown)[];

/**
 * Starts a service that opens sealed values for who holds a signed grant. It has the private keys: run it as a process of its own, under a user of
 * its own. Every value that it opens, and every refusal, is an entry of its audit log before anything is answered.
 *
 * @example
 * ```ts
 * import { mkdtempSync, writeFileSync } from "node:fs";
 * import { tmpdir } from "node:os";
 * import { join } from "node:path";
 * import { generateSecrets, startRevealService } from "@scrim/access";
 * import { generateNoteKeys } from "@scrim/audit";
 * import { generateKeys } from "@scrim/grants";
 *
 * const baseDir = mkdtempSync(join(tmpdir(), "reveal-"));
 * const write = (name: string, text: string) => writeFileSync(join(baseDir, name), text, { mode: 0o600 });
 * write("reveal.key", generateKeys("reveal").privateKey);
 * write("signing.pub", generateKeys("signing").publicKey);
 * write("reveal-audit.key", generateNoteKeys("log", "shop.example/reveals").privateKey);
 * write("pseudonyms.secret", generateSecrets().split("\n").find((line) => line.startsWith("pseudonyms"))!);
 * write("directory.yaml", 'people: [{ id: alice, identities: ["token:alice"] }]');
 *
 * const service = await startRevealService({
 *   config: {
 *     listen: "127.0.0.1:0",
 *     key_files: ["reveal.key"],
 *     grants: { bundle_file: "reveals.bundle", trusted_files: ["signing.pub"] },
 *     audit: { create: true },
 *   },
 *   baseDir,
 *   told: () => {}, // here: that there is no bundle yet
 * });
 * const { status } = await fetch(`http://127.0.0.1:${service.endpoint.port}/v1/reveal`, { method: "POST" });
 * console.log(status); // 401
 * await service.shutdown();
 * ```
 *
 * @throws {OperatingError} `PROCESS_SHARED` where a gateway runs in this process; `CONFIG_INVALID`; `CONFIG_UNREADABLE`, also where others may
 *   read what is secret; `KEY_INVALID`; `STORE_UNUSABLE`, `AUDIT_INVALID` of the audit log; `LISTEN_FAILED`
 */
export async function startRevealService(options: RevealServiceOptions): Promise<RevealService> {
  const { config: source } = options;
  const config = parseSection(RevealConfig, typeof source === "string" ? readYaml(source) : source, "");
  const closing: Closing = [takeProcessRole("reveal")];
  const shutdown = async () => {
    for (const close of closing.splice(0).reverse()) await close();
  };
  try {
    const endpoint = await start(config, options, closing);
    return { endpoint, isTls: config.tls !== undefined, shutdown };
  } catch (error) {
    await shutdown();
    throw error;
  }
}

async function start(
  config: RevealConfig,
  options: RevealServiceOptions,
  closing: Closing,
): Promise<Endpoint> {
  const { baseDir, told, clock = systemClock } = options;
  const at = (file: string) => resolve(baseDir, file);
  const reader = (isPrivate: boolean) => (file: string) =>
    readOwnedFile({ path: at(file), isPrivate, bytesMax: FILE_BYTES_MAX });
  const [secret, text] = [reader(true), reader(false)];

  const { audit, grants, limits } = config;
  const keys = options.keys ?? fileRevealKeys(config.key_files, secret);
  const tls = config.tls && tlsTexts(config.tls, text, secret);
  const entries = revealEntries(parsePseudonymKey(secret(audit.pseudonyms_file), audit.pseudonyms_file));
  const signer = readSigner("log", secret(audit.key_file), audit.key_file);
  const directory = openDirectory({ path: at(config.directory_file), told });
  const authenticate = createAuthenticate(config.authentication, directory, { baseDir, told });
  const reveals = new RevealSet(clock);
  const signers = signersOf(grants, { at, text, secret, clock });
  const intake = new RevealIntake(reveals, {
    audience: grants.audience,
    get trusted() {
      return signers.for("reveals");
    },
    versions: new VersionFile(at(grants.versions_file)),
    clock,
  });

  const log = await AuditLog.open({
    directory: at(audit.directory),
    signer,
    create: audit.create,
    heartbeatMs: audit.heartbeat,
    told,
    clock: clock.wallMs,
  });
  closing.push(() => log.close());
  const counts = await RevealCounts.of(at(audit.directory), signer);
  await log.append({ kind: "administration", action: "start" }); // what can't be logged does not begin

  const bundles = sourceOf(grants, at, secret);
  const source = new SignedSource({ bundles, signers, use: "reveals" });
  closing.push(() => reveals.clear());
  signers.start(told);
  closing.push(() => signers.close());
  source.start(intake, told);
  closing.push(() => source.close());

  const refusals = { perMin: limits.refusals_per_min, perDay: limits.refusals_per_day };
  const { fetch } = createRevealApp({
    keys,
    reveals,
    counts,
    log,
    entries,
    authenticate,
    limits: new RefusalLimits(refusals, clock),
    told,
  });
  const server = await startServer({ endpoint: config.listen, path: "listen", tls, fetch: fetch as never });
  closing.push(() => server.close());
  return server.endpoint;
}

function tlsTexts(
  { cert_file, key_file, client_ca_file }: NonNullable<RevealConfig["tls"]>,
  text: (file: string) => string,
  secret: (file: string) => string,
): TlsTexts {
  const texts: TlsTexts = {
    cert: text(cert_file),
    key: secret(key_file),
    ...(client_ca_file !== undefined && { clientCa: text(client_ca_file) }),
  };
  try {
    createSecureContext({ cert: texts.cert, key: texts.key, ca: texts.clientCa });
  } catch {
    throw new OperatingError("KEY_INVALID", "certificate and key are no pair in PEM", { path: "tls" });
  }
  return texts;
}

interface FileReaders {
  readonly at: (file: string) => string;
  readonly text: (file: string) => string;
  readonly secret: (file: string) => string;
  readonly clock: Clock;
}

/** The keys of signers themselves, or those that a root names. */
function signersOf(config: RevealConfig["grants"], { at, text, secret, clock }: FileReaders): Signers {
  const { trusted_files = [], root_files, key_set_file, versions_file } = config;
  if (root_files === undefined)
    return fixedSigners(trusted_files.map((file) => readPublicKey("signing", text(file), file)));
  return new TrustedKeys({
    roots: root_files.map((file) => readPublicKey("root", text(file), file)),
    source:
      key_set_file === undefined
        ? new PolledSource(serverOf(config, "key-set", secret))
        : new FileSource(at(key_set_file), undefined, { isPrivate: false }),
    versions: new VersionFile(at(`${versions_file}.keys`)),
    clock,
  });
}

function sourceOf(
  config: RevealConfig["grants"],
  at: (file: string) => string,
  secret: (file: string) => string,
): BundleSource {
  if (config.url === undefined) return new FileSource(at(config.bundle_file!));
  return new HttpSource(serverOf(config, `reveal-bundles/${encodeURIComponent(config.audience)}`, secret));
}

/** Where the server has something, and how it is asked. */
function serverOf(
  { url, token_file }: RevealConfig["grants"],
  path: string,
  secret: (file: string) => string,
): { readonly url: string; readonly authorization?: () => string | undefined } {
  return {
    url: `${url!.replace(/\/+$/, "")}/v1/${path}`,
    ...(token_file !== undefined && { authorization: () => bearer(() => secret(token_file)) }),
  };
}

/** Read each time, so that it may be rotated. Without it the server refuses, which is told. */
function bearer(read: () => string): string | undefined {
  try {
    return `Bearer ${read().trim()}`;
  } catch {
    return undefined;
  }
}

/** The line of the control plane's secrets that makes pseudonyms. */
function parsePseudonymKey(text: string, path: string): PseudonymKey {
  const [, version, encoded] = /^pseudonyms ([1-9]\d{0,4}) ([A-Za-z0-9_-]{43})\r?\n?$/.exec(text) ?? [];
  const secret = Buffer.from(encoded ?? "", "base64url");
  if (secret.length === SECRET_BYTES) return { version: Number(version), secret };
  throw new OperatingError("KEY_INVALID", "it is no line of a secret for pseudonyms", {
    path,
    hint: "take it from the control plane's secrets: (umask 077; grep ^pseudonyms access.secrets > pseudonyms.secret)",
  });
}
