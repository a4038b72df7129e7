import { randomUUID } from "node:crypto";
import { resolve } from "node:path";
import { OperatingError } from "@scrim/errors";
import {
  BundleIntake,
  type BundleSource,
  FileSource,
  fixedSigners,
  type GrantSet,
  HttpLessor,
  HttpSource,
  PolledSource,
  SignedSource,
  type Signers,
  TraceLeases,
  TrustedKeys,
  VersionFile,
} from "@scrim/grants";
import type { LifeCycle, Log } from "@scrim/pipeline";
import type { VerboseCaptureConfig } from "./capture-config.ts";
import { type KeyPlace, readOwnKeys, readPublicKeys, readSecret } from "./grant-files.ts";

/** Where grants come from, and traces for their predicates. */
export interface GrantFeed extends Required<LifeCycle> {
  /** Undefined where predicates are ignored. */
  readonly leases: TraceLeases | undefined;
}

export interface GrantFeedContext extends KeyPlace {
  readonly path: string;
  readonly log: Log;
}

/**
 * Reads the keys; `start` opens the file or the connection.
 *
 * @throws {OperatingError} `CONFIG_UNREADABLE`, `KEY_INVALID`
 */
export function createGrantFeed(
  config: VerboseCaptureConfig,
  grants: GrantSet,
  { path, log, ...place }: GrantFeedContext,
): GrantFeed {
  const { baseDir } = place;
  const { audience, state } = config;
  const tell = (problem: unknown) => {
    if (problem instanceof OperatingError) log.warn(`${path}: ${problem.message}`, problem.hint);
    else log.warn(`${path}: grants can't be taken for now`);
  };
  const signers = signersOf(config, place);
  const intake = new BundleIntake(grants, {
    audience,
    get trusted() {
      return signers.for("grants");
    },
    own: readOwnKeys(config.key, place),
    ...(state !== undefined && { versions: new VersionFile(resolve(baseDir, state)) }),
  });
  const bundles = sourceOf(config, baseDir);
  const source = new SignedSource({ bundles, signers, use: "grants" });
  const leases = leasesOf(config, baseDir, tell);
  const warnOfPredicates = warnOnce(grants, leases, () =>
    log.warn(
      `${path}: grants with predicates are ignored`,
      "set trace_id_routing where all telemetry of a trace comes to this gateway",
    ),
  );
  let stopLeasing: (() => void) | undefined;
  return {
    leases,
    start() {
      grants.onChange(warnOfPredicates);
      stopLeasing = leases?.follow(grants);
      signers.start(tell);
      source.start(intake, tell);
    },
    async shutdown() {
      stopLeasing?.();
      source.close();
      signers.close();
      grants.clear();
      await leases?.close();
    },
  };
}

/** Warns the first time that there are predicates which nothing here can follow. */
function warnOnce(grants: GrantSet, leases: TraceLeases | undefined, warn: () => void): () => void {
  let isDone = leases !== undefined;
  return () => {
    if (isDone || grants.withPredicate.length === 0) return;
    isDone = true;
    warn();
  };
}

/** The keys of signers themselves, or those that a root names. */
function signersOf(config: VerboseCaptureConfig, place: KeyPlace): Signers {
  const { trusted = [], root, state } = config;
  const { baseDir } = place;
  if (root === undefined) return fixedSigners(readPublicKeys("signing", trusted, place));
  return new TrustedKeys({
    roots: readPublicKeys("root", root, place),
    source: keySetSource(config, baseDir),
    ...(state !== undefined && { versions: new VersionFile(resolve(baseDir, `${state}.keys`)) }),
  });
}

function keySetSource(config: VerboseCaptureConfig, baseDir: string): BundleSource {
  const { key_set_file, url } = config;
  if (key_set_file !== undefined)
    return new FileSource(resolve(baseDir, key_set_file), undefined, { isPrivate: false });
  return new PolledSource({ url: below(url!, "key-set"), ...authorization(config, baseDir) });
}

function sourceOf(config: VerboseCaptureConfig, baseDir: string): BundleSource {
  const { file, url, audience } = config;
  if (url === undefined) return new FileSource(resolve(baseDir, file!));
  const { service, environment } = audience;
  const path = `bundles/${encodeURIComponent(service)}/${encodeURIComponent(environment)}`;
  return new HttpSource({ url: below(url, path), ...authorization(config, baseDir) });
}

function leasesOf(
  config: VerboseCaptureConfig,
  baseDir: string,
  tell: (problem: unknown) => void,
): TraceLeases | undefined {
  const base = config.lease_url ?? config.url;
  if (!config.trace_id_routing || base === undefined) return undefined;
  const lessor = new HttpLessor({
    url: below(base, "grant-uses"),
    audience: config.audience,
    instance: randomUUID(),
    ...authorization(config, baseDir),
  });
  return new TraceLeases(lessor, tell);
}

/** `https://access.internal` → `https://access.internal/v1/bundles/…` */
function below(base: string, path: string): string {
  return `${base.replace(/\/+$/, "")}/v1/${path}`;
}

/** Read each time, so that it may be rotated. Without it the server refuses, which is told. */
function authorization(
  { token_file }: VerboseCaptureConfig,
  baseDir: string,
): { readonly authorization?: () => string | undefined } {
  if (token_file === undefined) return {};
  return {
    authorization() {
      try {
        return `Bearer ${readSecret(resolve(baseDir, token_file)).trim()}`;
      } catch {
        return undefined;
      }
    },
  };
}
