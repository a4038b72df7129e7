import type { Intake } from "./document-intake.ts";

/** Where bundles, of any kind of signed documents, come from. It is trusted for nothing: the intake checks all that it brings. */
export interface BundleSource {
  /** Begins to bring bundles. `told` hears of what was refused, and of what can't be reached, each kind once until it changes. */
  start(intake: Intake, told: (problem: unknown) => void): void;
  /** Looks soon for something newer, where it would else wait. */
  look?(): void;
  /** Stops. May be called twice, or before the start. */
  close(): void;
}

/** Bundles that the program itself has, as tests and embedders do. */
export class MemorySource implements BundleSource {
  #intake: Intake | undefined;
  #waiting: Buffer | undefined;

  start(intake: Intake, told: (problem: unknown) => void): void {
    this.#intake = intake;
    if (this.#waiting === undefined) return;
    try {
      intake.accept(this.#waiting);
    } catch (problem) {
      told(problem);
    }
  }

  /** @throws {OperatingError} `BUNDLE_REFUSED` */
  put(bytes: Buffer): void {
    if (this.#intake === undefined) this.#waiting = bytes;
    else this.#intake.accept(bytes);
  }

  close(): void {
    this.#intake = undefined;
  }
}
