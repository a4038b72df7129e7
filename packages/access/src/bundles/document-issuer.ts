import { createHash } from "node:crypto";

/** A signed document, and its version as a word for `ETag` and event ids. */
export interface IssuedDocument {
  readonly version: string;
  readonly bytes: Buffer<ArrayBuffer>;
}

/** What is in a document, and how it is signed. */
export interface DocumentDraft {
  /** Says all that is in it, without times and version: the same again is not signed anew. */
  readonly content: string;
  sign(version: number, issuedAtS: number): Buffer<ArrayBuffer>;
}

interface Issued {
  readonly digest: string;
  readonly atMs: number;
  readonly document: IssuedDocument;
}

/** Signs documents by name: again when what is in them has changed, or a third of their life is over. */
export class DocumentIssuer {
  readonly #nowMs: () => number;
  readonly #refreshMs: number;
  /** No more than there are names that are drafted. */
  readonly #issued = new Map<string, Issued>();

  /** @param nowMs the control plane's time, which doesn't run back: versions are made of it */
  constructor(nowMs: () => number, refreshMs: number) {
    this.#nowMs = nowMs;
    this.#refreshMs = refreshMs;
  }

  /** The document of a name; undefined, and forgotten, where there is nothing to sign. */
  issue(name: string, draft: DocumentDraft | undefined): IssuedDocument | undefined {
    if (draft === undefined) {
      this.#issued.delete(name);
      return undefined;
    }
    const nowMs = this.#nowMs();
    const digest = createHash("sha256").update(draft.content).digest("base64");
    const before = this.#issued.get(name);
    if (before?.digest === digest && nowMs - before.atMs < this.#refreshMs) return before.document;
    // Above all before, those of other servers and of the one before a restart too, as far as clocks agree.
    const version = Math.max(nowMs, Number(before?.document.version ?? 0) + 1);
    const document = { version: String(version), bytes: draft.sign(version, Math.floor(nowMs / 1000)) };
    this.#issued.set(name, { digest, atMs: nowMs, document });
    return document;
  }
}
