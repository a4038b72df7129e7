import type { Clock } from "./clock.ts";
import { DocumentIntake, type Intake, type VersionStore } from "./document-intake.ts";
import {
  type OpenRevealBundleOptions,
  openRevealBundle,
  REVEAL_BUNDLE,
  type RevealBundle,
} from "./reveal-bundle.ts";
import type { RevealSet } from "./reveal-set.ts";

export interface RevealIntakeOptions extends OpenRevealBundleOptions {
  /** Memory of this process alone unless given: then an older bundle may come after a restart, as long as it is fresh. */
  readonly versions?: VersionStore;
  readonly clock?: Clock;
}

/** Takes bundles of reveal grants from wherever they come, and puts into force the ones that are genuine, ours, fresh and newer. */
export class RevealIntake implements Intake {
  readonly what: string = REVEAL_BUNDLE.what;
  readonly #intake: DocumentIntake<RevealBundle>;

  /** @throws {OperatingError} where the version store can't be read */
  constructor(reveals: RevealSet, options: RevealIntakeOptions) {
    const { versions, clock } = options;
    this.#intake = new DocumentIntake({
      kind: REVEAL_BUNDLE,
      open: (bytes) => openRevealBundle(bytes, options),
      use: (bundle) => reveals.replace(bundle),
      trusted: () => options.trusted,
      end: () => reveals.clear(),
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
