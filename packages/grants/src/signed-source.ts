import type { Intake } from "./document-intake.ts";
import type { KeyUse } from "./key-set.ts";
import { claimedSigner } from "./signed-document.ts";
import type { Signers } from "./signers.ts";
import type { BundleSource } from "./sources.ts";

export interface SignedSourceOptions {
  readonly bundles: BundleSource;
  /** Who may sign them. Several sources may share it; whoever made it starts and closes it. */
  readonly signers: Signers;
  readonly use: KeyUse;
}

/**
 * Bundles, and who may sign them. They come once that is known. One whose signer isn't known makes that it is looked for, and is fetched again when there are
 * others; what a key has brought ends when the key is removed.
 */
export class SignedSource implements BundleSource {
  readonly #options: SignedSourceOptions;
  #stopListening: (() => void) | undefined;
  #isStarted = false;

  constructor(options: SignedSourceOptions) {
    this.#options = options;
  }

  start(intake: Intake, told: (problem: unknown) => void): void {
    const { signers, bundles } = this.#options;
    const offered: Intake = {
      ...(intake.what !== undefined && { what: intake.what }),
      accept: (bytes) => {
        this.#notice(bytes);
        return intake.accept(bytes); // which says what is wrong with it
      },
    };
    const follow = () => {
      intake.recheck?.();
      if (this.#isStarted) {
        bundles.look?.(); // what was refused may be taken now
      } else if (signers.isFresh) {
        this.#isStarted = true;
        bundles.start(offered, told);
      }
    };
    this.#stopListening = signers.onChange(follow);
    follow();
  }

  look(): void {
    this.#options.bundles.look?.();
  }

  close(): void {
    this.#stopListening?.();
    this.#options.bundles.close();
  }

  /** What begins like no document has no signer to look for. */
  #notice(bytes: Buffer): void {
    const { signers, use } = this.#options;
    const signer = claimedSigner(bytes);
    if (signer !== undefined && signers.for(use).every(({ id }) => id !== signer)) signers.look();
  }
}
