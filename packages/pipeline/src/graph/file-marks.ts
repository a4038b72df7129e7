import { createHash } from "node:crypto";
import { readFileSync, statSync } from "node:fs";

/** Files of one configuration: far more than any has, and few enough to look at each second. */
const FILES_MAX = 1_024;

/** Larger than any document or key. What is larger is not looked into. */
const FILE_BYTES_MAX = 16 * 1024 * 1024;

/** What files held when something was made from them, so that it can be told when that is out of date. */
export class FileMarks {
  readonly #marks = new Map<string, string>();

  /**
   * To be called before the file is read: what changes in between then counts as a change, and so does what changes between two
   * readings.
   *
   * @param known where the mark is taken from instead: the first that has it
   */
  add(file: string, ...known: readonly FileMarks[]): void {
    if (this.#marks.has(file) || this.#marks.size >= FILES_MAX) return;
    const mark = known.map((marks) => marks.markOf(file)).find((one) => one !== undefined);
    this.#marks.set(file, mark ?? markOf(file));
  }

  markOf(file: string): string | undefined {
    return this.#marks.get(file);
  }

  get files(): readonly string[] {
    return [...this.#marks.keys()];
  }

  /** Whether any of the files holds something else now, has gone or has come. */
  hasChanged(): boolean {
    return [...this.#marks].some(([file, mark]) => markOf(file) !== mark);
  }
}

/** Pipes and devices have the same mark for ever: reading one would take its text away from who needs it. */
function markOf(file: string): string {
  try {
    const found = statSync(file);
    if (!found.isFile() || found.size > FILE_BYTES_MAX) return "unread";
    return createHash("sha256").update(readFileSync(file)).digest("base64");
  } catch {
    return "unreadable";
  }
}
