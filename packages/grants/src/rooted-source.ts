import type { Intake } from "./document-intake.ts";
import type { KeyUse } from "./key-set.ts";
import { claimedSigner } from "./signed-document.ts";
import type { BundleSource } from "./sources.ts";
import type { TrustedKeys } from "./trusted-keys.ts";

export interface RootedSourceOptions {
  readonly bundles: BundleSource;
  /** Who may sign them. Several sources may share it; whoever made it starts and closes it. */
  readonly keys: TrustedKeys;
  readonly use: KeyUse;
}

/**
 * Bundles whose signers a root names. They come behind the first set of keys. One that a key has signed which isn't known makes that a newer set is looked for,
 * and is offered again when there is one; what a key has brought ends when the key is removed.
 */
export class RootedSource implements BundleSource {
  readonly #options: RootedSourceOptions;
  #stopListening: (() => void) | undefined;
  /** The last bundle, where its signer wasn't known. */
  #unknown: Buffer | undefined;
  #isStarted = false;

  constructor(options: RootedSourceOptions) {
    this.#options = options;
  }

  start(intake: Intake, told: (problem: unknown) => void): void {
    const { keys, bundles } = this.#options;
    const gated: Intake = {
      ...(intake.what !== undefined && { what: intake.what }),
      accept: (bytes) => this.#offer(intake, bytes),
    };
    const follow = () => {
      intake.recheck?.();
      if (this.#isStarted) this.#offerAgain(intake, told);
      else if (keys.isFresh) {
        this.#isStarted = true;
        bundles.start(gated, told);
      }
    };
    this.#stopListening = keys.onChange(follow);
    follow();
  }

  look(): void {
    this.#options.bundles.look?.();
  }

  close(): void {
    this.#stopListening?.();
    this.#unknown = undefined;
    this.#options.bundles.close();
  }

  #offer(intake: Intake, bytes: Buffer): unknown {
    this.#unknown = undefined;
    if (!this.#isTrusted(bytes)) {
      this.#unknown = bytes;
      this.#options.keys.look();
    }
    return intake.accept(bytes); // which says what is wrong with it
  }

  #offerAgain(intake: Intake, told: (problem: unknown) => void): void {
    const bytes = this.#unknown;
    if (bytes === undefined || !this.#isTrusted(bytes)) return;
    this.#unknown = undefined;
    try {
      intake.accept(bytes);
    } catch (problem) {
      told(problem);
    }
  }

  /** What begins like no document has no signer that a newer set could have. */
  #isTrusted(bytes: Buffer): boolean {
    const { keys, use } = this.#options;
    const signer = claimedSigner(bytes);
    return signer === undefined || keys.for(use).some(({ id }) => id === signer);
  }
}
