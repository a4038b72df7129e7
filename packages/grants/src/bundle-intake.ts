import { createHash } from "node:crypto";
import { OperatingError } from "@scrim/errors";
import { type OpenBundleOptions, openBundle } from "./bundle.ts";
import { type Clock, systemClock } from "./clock.ts";
import type { GrantSet } from "./grant-set.ts";

/** How far the signer's clock may be ahead of ours. Beyond, one of the two is wrong, and times mean nothing. */
const AHEAD_MAX_S = 30;

/** The newest bundle that was taken, so that no older one is after it. */
export interface SeenVersion {
  readonly version: number;
  /** SHA-256 of its bytes in hexadecimal digits: of one version there is one bundle. */
  readonly digest: string;
}

/** Where that is kept over a restart. */
export interface VersionStore {
  read(): SeenVersion | undefined;
  write(seen: SeenVersion): void;
}

export interface BundleIntakeOptions extends OpenBundleOptions {
  /** Memory of this process alone unless given: then an older bundle may come after a restart, as long as it is fresh. */
  readonly versions?: VersionStore;
  readonly clock?: Clock;
}

/** Takes bundles from wherever they come, and puts into force the ones that are genuine, ours, fresh and newer. */
export class BundleIntake {
  readonly #grants: GrantSet;
  readonly #options: BundleIntakeOptions;
  readonly #clock: Clock;
  #seen: SeenVersion | undefined;
  #isInForce = false;

  /** @throws {OperatingError} where the version store can't be read */
  constructor(grants: GrantSet, options: BundleIntakeOptions) {
    this.#grants = grants;
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.#seen = options.versions?.read();
  }

  /**
   * Takes the bytes of a bundle. `known` is the one in force, come again, which does not make it live longer.
   *
   * @throws {OperatingError} `BUNDLE_REFUSED`; what is in force stays so until it ends
   */
  accept(bytes: Buffer): "taken" | "known" {
    const bundle = openBundle(bytes, this.#options);
    const digest = createHash("sha256").update(bytes).digest("hex");
    const seen = this.#seen;
    if (seen !== undefined) {
      const isSame = bundle.version === seen.version && digest === seen.digest;
      if (isSame && this.#isInForce) return "known";
      if (!isSame && bundle.version <= seen.version) {
        throw refused(
          `version ${bundle.version} is not after version ${seen.version}`,
          "the signer's store was set back, or somebody replays an old bundle",
        );
      }
    }
    const now = this.#clock.wallMs() / 1000;
    if (now >= bundle.expiresAt)
      throw refused("it has expired", "is the signer running, and are both clocks right?");
    if (bundle.issuedAt > now + AHEAD_MAX_S)
      throw refused("it was issued in the future", "one of both clocks is wrong");
    const next = { version: bundle.version, digest };
    this.#options.versions?.write(next); // before it is in force: else an older one could come after a crash
    this.#seen = next;
    this.#isInForce = true;
    this.#grants.replace(bundle);
    return "taken";
  }
}

function refused(reason: string, hint: string): OperatingError {
  return new OperatingError("BUNDLE_REFUSED", `the bundle of grants is refused: ${reason}`, { hint });
}
