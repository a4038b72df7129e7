import { createHash } from "node:crypto";
import { type Clock, systemClock } from "./clock.ts";
import type { Key } from "./keys.ts";
import { claimedSigner, type DocumentKind, documentRefused, type SignedDocument } from "./signed-document.ts";

/** How far the signer's clock may be ahead of ours. Beyond, one of the two is wrong, and times mean nothing. */
const AHEAD_MAX_S = 30;

/** The newest document that was taken, so that no older one is after it. */
export interface SeenVersion {
  readonly version: number;
  /** SHA-256 of its bytes in hexadecimal digits: of one version there is one document. */
  readonly digest: string;
  /** Id of the key that signed it. A document of a key that was removed counts no more: its version may be as high as a thief liked. */
  readonly signer?: string | undefined;
}

/** Where that is kept over a restart. */
export interface VersionStore {
  read(): SeenVersion | undefined;
  write(seen: SeenVersion): void;
}

/** Takes what a source brings. */
export interface Intake {
  /** What is taken, for messages of the source: `bundle of grants`. */
  readonly what?: string;
  /** @throws {OperatingError} where the bytes are refused */
  accept(bytes: Buffer): unknown;
  /** Who may sign has changed: what somebody else signed ends, unless it is of a kind that stays. */
  recheck?(): void;
}

export interface DocumentIntakeOptions<Document extends SignedDocument> {
  readonly kind: DocumentKind;
  /** Checks and parses; throws where the bytes are no genuine document for us. */
  readonly open: (bytes: Buffer) => Document;
  /** Puts a document into force, in the place of the one before. */
  readonly use: (document: Document) => void;
  /** Who may sign now. Without it signers stay who they are. */
  readonly trusted?: (() => readonly Key[]) | undefined;
  /** Ends what is in force. */
  readonly end?: (() => void) | undefined;
  /** Memory of this process alone unless given: then an older document may come after a restart, as long as it is fresh. */
  readonly versions?: VersionStore | undefined;
  readonly clock?: Clock | undefined;
}

/** Takes signed documents from wherever they come, and puts into force the ones that are genuine, ours, fresh and newer. */
export class DocumentIntake<Document extends SignedDocument> implements Intake {
  readonly #options: DocumentIntakeOptions<Document>;
  readonly #clock: Clock;
  #seen: SeenVersion | undefined;
  #isInForce = false;

  /** @throws {OperatingError} where the version store can't be read */
  constructor(options: DocumentIntakeOptions<Document>) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.#seen = options.versions?.read();
  }

  get what(): string {
    return this.#options.kind.what;
  }

  /**
   * Takes the bytes of a document. `known` is the one in force, come again, which does not make it live longer.
   *
   * @throws {OperatingError} `BUNDLE_REFUSED`; what is in force stays so until it ends
   */
  accept(bytes: Buffer): "taken" | "known" {
    const { kind, open, use, versions, trusted } = this.#options;
    const document = open(bytes);
    const digest = createHash("sha256").update(bytes).digest("hex");
    const seen = this.#isSeenTrusted() ? this.#seen : undefined;
    if (seen !== undefined) {
      const isSame = document.version === seen.version && digest === seen.digest;
      if (isSame && this.#isInForce) return "known";
      if (!isSame && document.version <= seen.version) {
        throw documentRefused(
          kind,
          `version ${document.version} is not after version ${seen.version}`,
          "the signer's store was set back, or somebody replays an old bundle",
        );
      }
    }
    const now = this.#clock.wallMs() / 1000;
    if (now >= document.expiresAt)
      throw documentRefused(kind, "it has expired", "is the signer running, and are both clocks right?");
    if (document.issuedAt > now + AHEAD_MAX_S)
      throw documentRefused(kind, "it was issued in the future", "one of both clocks is wrong");
    const signer = trusted && claimedSigner(bytes); // its signature was checked
    const next = { version: document.version, digest, ...(signer !== undefined && { signer }) };
    versions?.write(next); // before it is in force: else an older one could come after a crash
    this.#seen = next;
    this.#isInForce = true;
    use(document);
    return "taken";
  }

  /** Ends what is in force where its signer is not trusted any more. It may come again when he is. */
  recheck(): void {
    if (!this.#isInForce || this.#isSeenTrusted()) return;
    this.#isInForce = false;
    this.#options.end?.();
  }

  #isSeenTrusted(): boolean {
    const signer = this.#seen?.signer;
    const trusted = this.#options.trusted?.();
    return signer === undefined || trusted === undefined || trusted.some(({ id }) => id === signer);
  }
}
