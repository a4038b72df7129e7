import { FileMarks } from "@scrim/pipeline";

/**
 * Looks at files from time to time, and calls once they have changed and then been left alone for as long as that: a
 * file is not read while it is being written, nor one of two that change together. Looking finds what
 * notifications of the system miss: mounted volumes, links that are swapped.
 */
export class FileWatch {
  readonly intervalMs: number;
  readonly #files: () => readonly string[];
  readonly #changed: () => void;
  readonly #timer: NodeJS.Timeout;
  #marks: FileMarks;
  #isUnsettled = false;

  /** @param read what files held when they were read */
  constructor(intervalMs: number, files: () => readonly string[], changed: () => void, read: FileMarks) {
    this.intervalMs = intervalMs;
    this.#files = files;
    this.#changed = changed;
    this.#marks = marksOf(files(), read);
    this.#timer = setInterval(() => this.#look(), intervalMs).unref();
  }

  /** To be called after files were read: a change since then is still seen. Those that were not keep their marks. */
  reset(read: FileMarks): void {
    this.#marks = marksOf(this.#files(), read, this.#marks);
  }

  close(): void {
    clearInterval(this.#timer);
  }

  #look(): void {
    if (this.#marks.hasChanged()) {
      this.#marks = marksOf(this.#marks.files);
      this.#isUnsettled = true;
    } else if (this.#isUnsettled) {
      this.#isUnsettled = false;
      this.#changed();
    }
  }
}

function marksOf(files: readonly string[], ...known: readonly FileMarks[]): FileMarks {
  const marks = new FileMarks();
  for (const file of files) marks.add(file, ...known);
  return marks;
}
