import { ConfigFiles } from "@scrim/pipeline";

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
  #marks: ConfigFiles;
  #isUnsettled = false;

  /** @param read what files held when they were read */
  constructor(intervalMs: number, files: () => readonly string[], changed: () => void, read: ConfigFiles) {
    this.intervalMs = intervalMs;
    this.#files = files;
    this.#changed = changed;
    this.#marks = marksOf(files(), read);
    this.#timer = setInterval(() => this.#look(), intervalMs).unref();
  }

  /** To be called after files were read: a change since then is still seen. Those that were not keep their marks. */
  reset(read: ConfigFiles): void {
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

/** Of these files, as the first says that knows one, and as they are now where none does. */
function marksOf(files: readonly string[], ...known: readonly ConfigFiles[]): ConfigFiles {
  const marks = new ConfigFiles();
  for (const file of files) marks.note(file, known.find((one) => one.has(file))?.markOf(file));
  return marks;
}
