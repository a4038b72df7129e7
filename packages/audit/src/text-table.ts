import { dirname, join } from "node:path";
import { OperatingError } from "@scrim/errors";
import * as z from "zod";
import { COMMITMENT_PATTERN, type CommittedText, commitmentTo, isCommitted } from "./commitment.ts";
import { diskFileSystem, type FileSystem } from "./file-system.ts";
import { withFiles } from "./unusable.ts";

const OpeningSchema = z.strictObject({ salt: z.string().max(64), text: z.string() });

/** Free text is a reason, not a document. */
const TEXT_BYTES_MAX = 64 * 1024;
/** In JSON a byte takes six at most. */
const OPENING_BYTES_MAX = 8 * TEXT_BYTES_MAX;

/**
 * Texts that entries commit to, in a folder beside the log: a file for each, so that one can be erased while the log stays whole.
 *
 * @example
 * ```ts
 * import { mkdtempSync } from "node:fs";
 * import { tmpdir } from "node:os";
 * import { join } from "node:path";
 * import { TextTable } from "@scrim/audit";
 *
 * const texts = new TextTable(mkdtempSync(join(tmpdir(), "texts-")));
 * const commitment = await texts.keep("customer 4711 can't pay");
 * console.log(await texts.read(commitment)); // customer 4711 can't pay
 * await texts.erase(commitment);
 * console.log(await texts.read(commitment)); // undefined
 * ```
 */
export class TextTable {
  readonly #directory: string;
  readonly #files: FileSystem;

  constructor(directory: string, files: FileSystem = diskFileSystem) {
    this.#directory = directory;
    this.#files = files;
  }

  /**
   * Keeps a text; returns what an entry says of it. It is on the disk on return: entries must not commit to what is lost.
   *
   * @throws {OperatingError} `TOO_LARGE`, `STORE_UNUSABLE`
   */
  async keep(text: string): Promise<string> {
    if (Buffer.byteLength(text) > TEXT_BYTES_MAX) {
      throw new OperatingError("TOO_LARGE", `a text has at most ${TEXT_BYTES_MAX} bytes`);
    }
    const { commitment, opening } = commitmentTo(text);
    const path = this.#pathOf(commitment);
    await withFiles("a text can't be kept", this.#directory, async () => {
      await this.#files.makeFolder(dirname(path));
      await this.#files.write(path, Buffer.from(JSON.stringify(opening)), true);
      await this.#files.syncFolder(dirname(path));
    });
    return commitment;
  }

  /** The text of a commitment; undefined where it was erased, or what is there is another. */
  async read(commitment: string): Promise<string | undefined> {
    const opening = await this.#read(commitment);
    return opening !== undefined && isCommitted(commitment, opening) ? opening.text : undefined;
  }

  /**
   * Erases a text and its salt. The commitment stays in the log, and tells nothing any more.
   *
   * @throws {OperatingError} `STORE_UNUSABLE`
   */
  async erase(commitment: string): Promise<void> {
    if (!COMMITMENT_PATTERN.test(commitment)) return;
    await withFiles("a text can't be erased", this.#directory, async () => {
      await this.#files.remove(this.#pathOf(commitment));
      await this.#files.syncFolder(this.#directory);
    });
  }

  async #read(commitment: string): Promise<CommittedText | undefined> {
    if (!COMMITMENT_PATTERN.test(commitment)) return undefined;
    const path = this.#pathOf(commitment);
    const bytes = await withFiles("a text can't be read", path, () =>
      this.#files.read(path, OPENING_BYTES_MAX),
    );
    try {
      return bytes === undefined ? undefined : OpeningSchema.parse(JSON.parse(bytes.toString()));
    } catch {
      return undefined;
    }
  }

  #pathOf(commitment: string): string {
    return join(this.#directory, `${commitment}.json`);
  }
}
