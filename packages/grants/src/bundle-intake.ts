import { type Bundle, GRANT_BUNDLE, type OpenBundleOptions, openBundle } from "./bundle.ts";
import type { Clock } from "./clock.ts";
import { DocumentIntake, type Intake, type VersionStore } from "./document-intake.ts";
import type { GrantSet } from "./grant-set.ts";

export interface BundleIntakeOptions extends OpenBundleOptions {
  /** Memory of this process alone unless given: then an older bundle may come after a restart, as long as it is fresh. */
  readonly versions?: VersionStore;
  readonly clock?: Clock;
}

/** Takes bundles from wherever they come, and puts into force the ones that are genuine, ours, fresh and newer. */
export class BundleIntake implements Intake {
  readonly what: string = GRANT_BUNDLE.what;
  readonly #intake: DocumentIntake<Bundle>;

  /** @throws {OperatingError} where the version store can't be read */
  constructor(grants: GrantSet, options: BundleIntakeOptions) {
    const { versions, clock } = options;
    this.#intake = new DocumentIntake({
      kind: GRANT_BUNDLE,
      open: (bytes) => openBundle(bytes, options),
      use: (bundle) => grants.replace(bundle),
      trusted: () => options.trusted,
      end: () => grants.clear(),
      versions,
      clock,
    });
  }

  /**
   * Takes the bytes of a bundle. `known` is the one in force, come again, which does not make it live longer.
   *
   * @throws {OperatingError} `BUNDLE_REFUSED`; what is in force stays so until it ends
   */
  accept(bytes: Buffer): "taken" | "known" {
    return this.#intake.accept(bytes);
  }
  /** Ends all grants where the signer of the bundle in force is not trusted any more. */
  recheck(): void {
    this.#intake.recheck();
  }
}
