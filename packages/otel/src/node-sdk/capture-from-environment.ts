import { diag } from "@opentelemetry/api";
import { OperatingError } from "@scrim/errors";
import {
  type Audience,
  BundleIntake,
  type BundleSource,
  FileSource,
  FLIGHT_RECORDER_LIMITS,
  type FlightRecorderLimits,
  fixedSigners,
  GrantSet,
  HttpLessor,
  HttpSource,
  PolledSource,
  readPrivateKey,
  readPublicKey,
  SignedSource,
  type Signers,
  TraceLeases,
  TrustedKeys,
  VersionFile,
} from "@scrim/grants";
import {
  audienceFromEnvironment,
  authorizationBy,
  below,
  instanceFromEnvironment,
  keysIn,
  missing,
} from "./control-plane-from-environment.ts";
import { isTrue, listOf, textOf } from "./environment.ts";

/** Everything that verbose capture needs in one process. */
export interface Capture {
  readonly grants: GrantSet;
  readonly leases: TraceLeases | undefined;
  /** The least `severityNumber` that always passes. */
  readonly floor: number;
  readonly destinations: readonly string[];
  readonly trustsIncoming: boolean;
  /** How much is held of traces that nobody has approved yet; nothing where it is undefined. */
  readonly flightRecorder?: FlightRecorderLimits | undefined;
  /** Stops, and gives leases back. May be called twice; from the first time on nothing is captured. */
  close(): Promise<void>;
}

const authorization = authorizationBy("SCRIM_GRANTS_TOKEN_FILE");

const FLOORS: Readonly<Record<string, number>> = { trace: 1, debug: 5, info: 9, warn: 13, error: 17 };

/**
 * Verbose capture by `SCRIM_GRANTS_URL` or `SCRIM_GRANTS_FILE`; undefined where neither is set.
 *
 * @throws {OperatingError} where a key can't be read, or a variable that is needed is missing
 */
export function captureFromEnvironment(): Capture | undefined {
  const url = textOf("SCRIM_GRANTS_URL");
  const file = textOf("SCRIM_GRANTS_FILE");
  if (url === undefined && file === undefined) return undefined;
  const audience = audienceFromEnvironment();
  const grants = new GrantSet();
  const state = textOf("SCRIM_GRANTS_STATE");
  const signers = signersFromEnvironment(url, state);
  const intake = new BundleIntake(grants, {
    audience,
    get trusted() {
      return signers.for("grants");
    },
    own: keysIn("SCRIM_GRANTS_KEY", (pem, path) => readPrivateKey("service", pem, path)),
    ...(state !== undefined && { versions: new VersionFile(state) }),
  });
  const source = sourceOf(url, file, audience, signers);
  const leases = url === undefined ? undefined : leasesAt(url, audience);
  const stopLeasing = leases?.follow(grants);
  signers.start(tell);
  source.start(intake, tell);
  return {
    grants,
    leases,
    floor: floorFromEnvironment(),
    destinations: listOf("SCRIM_GRANTS_DESTINATIONS").map((name) => name.toLowerCase()),
    trustsIncoming: isTrue("SCRIM_GRANTS_TRUST_INCOMING"),
    flightRecorder: isTrue("SCRIM_FLIGHT_RECORDER") ? FLIGHT_RECORDER_LIMITS : undefined,
    async close() {
      stopLeasing?.();
      source.close();
      signers.close();
      grants.clear();
      await leases?.close();
    },
  };
}

/** The keys of signers themselves, or those that a root names. */
function signersFromEnvironment(url: string | undefined, state: string | undefined): Signers {
  const isRooted = textOf("SCRIM_GRANTS_ROOT") !== undefined;
  if (!isRooted)
    return fixedSigners(keysIn("SCRIM_GRANTS_TRUSTED", (pem, path) => readPublicKey("signing", pem, path)));
  if (textOf("SCRIM_GRANTS_TRUSTED") !== undefined) {
    throw new OperatingError("CONFIG_INVALID", "goes without SCRIM_GRANTS_TRUSTED", {
      path: "SCRIM_GRANTS_ROOT",
      hint: "leave one of both: a root names the signers, or their keys are here",
    });
  }
  return new TrustedKeys({
    roots: keysIn("SCRIM_GRANTS_ROOT", (pem, path) => readPublicKey("root", pem, path)),
    source: keySetSource(url),
    ...(state !== undefined && { versions: new VersionFile(`${state}.keys`) }),
  });
}

function keySetSource(url: string | undefined): BundleSource {
  const file = textOf("SCRIM_GRANTS_KEY_SET");
  if (file !== undefined) return new FileSource(file, undefined, { isPrivate: false });
  if (url !== undefined)
    return new PolledSource({ url: below(url, "key-set", "SCRIM_GRANTS_URL"), authorization });
  throw missing("SCRIM_GRANTS_KEY_SET", "where grants come from a file, name that of the set of keys");
}

function sourceOf(
  url: string | undefined,
  file: string | undefined,
  audience: Audience,
  signers: Signers,
): BundleSource {
  const bundles = url === undefined ? new FileSource(file!) : bundlesAt(url, audience);
  return new SignedSource({ bundles, signers, use: "grants" });
}

function bundlesAt(url: string, { service, environment }: Audience): BundleSource {
  const path = `bundles/${encodeURIComponent(service)}/${encodeURIComponent(environment)}`;
  return new HttpSource({ url: below(url, path, "SCRIM_GRANTS_URL"), authorization });
}

function leasesAt(url: string, audience: Audience): TraceLeases {
  const instance = instanceFromEnvironment();
  return new TraceLeases(
    new HttpLessor({ url: below(url, "grant-uses", "SCRIM_GRANTS_URL"), audience, instance, authorization }),
    tell,
  );
}

function tell(problem: unknown): void {
  const reason =
    problem instanceof OperatingError ? `${problem.line}; ${problem.hint}` : "an unexpected error";
  diag.warn(`scrim: ${reason}`);
}

function floorFromEnvironment(): number {
  const name = textOf("SCRIM_FLOOR")?.toLowerCase() ?? "info";
  const floor = FLOORS[name];
  if (floor !== undefined) return floor;
  throw new OperatingError("CONFIG_INVALID", "no level", {
    path: "SCRIM_FLOOR",
    hint: `levels are: ${Object.keys(FLOORS).join(", ")}`,
  });
}
