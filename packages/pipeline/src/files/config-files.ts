import {
  type FileContent,
  type FileContents,
  markOfContent,
  markOfFile,
  readFileContent,
} from "./file-content.ts";

/** Files of one configuration: far more than any has, and few enough to look at each second. */
const FILES_MAX = 1_024;

/** Where a configuration's files are read. */
export interface FileSource {
  /** @throws {RangeError} where it holds more than `bytesMax`; what `node:fs` throws where it can't be read */
  read(file: string, bytesMax: number): FileContent;
  /** What tells one content of a file from another. */
  markOf(file: string): string;
  /** What somebody has kept under a name that need not be a file's. */
  kept(name: string): FileContent | undefined;
}

/** Files as they are now. */
export const DISK: FileSource = { read: readFileContent, markOf: markOfFile, kept: () => undefined };

/** Files as somebody else had read them; others as they are now. */
export function filesAsRead(contents: FileContents): FileSource {
  return {
    read: (file, bytesMax) => contents.get(file) ?? DISK.read(file, bytesMax),
    markOf(file) {
      const content = contents.get(file);
      return content === undefined ? DISK.markOf(file) : markOfContent(content);
    },
    kept: (name) => contents.get(name),
  };
}

/** Files that something is made from, as they are the first time that each is asked for: all who need one see the same. */
export class ConfigFiles implements FileSource {
  readonly #source: FileSource;
  readonly #marks = new Map<string, string>();
  readonly #contents = new Map<string, FileContent>();

  constructor(source: FileSource = DISK) {
    this.#source = source;
  }

  read(file: string, bytesMax: number): FileContent {
    const known = this.#contents.get(file);
    this.note(file); // before, so that one that can't be read is known to be needed
    const content = known ?? this.#source.read(file, bytesMax);
    if (content.bytes.length > bytesMax) throw new RangeError(`over ${bytesMax} bytes`);
    this.#marks.set(file, markOfContent(content));
    this.#contents.set(file, content);
    return content;
  }

  /**
   * Notes a file that is read by other means, and before it is: what changes in between then counts as a change, and so does
   * what changes between two readings.
   *
   * @param mark what it held, where somebody knows
   */
  note(file: string, mark?: string): void {
    if (!this.#marks.has(file) && this.#marks.size < FILES_MAX)
      this.#marks.set(file, mark ?? this.#source.markOf(file));
  }

  /** Keeps what is no file's content, but was made of files. */
  keep(name: string, content: FileContent): void {
    this.#contents.set(name, content);
  }

  kept(name: string): FileContent | undefined {
    return this.#contents.get(name) ?? this.#source.kept(name);
  }

  markOf(file: string): string {
    this.note(file);
    return this.#marks.get(file) ?? this.#source.markOf(file);
  }

  /** Whether it was read or noted. */
  has(file: string): boolean {
    return this.#marks.has(file);
  }

  /** Those that were read or noted. */
  get files(): readonly string[] {
    return [...this.#marks.keys()];
  }

  /** What was read and kept. */
  get contents(): FileContents {
    return this.#contents;
  }

  /** Whether any of the files holds something else there, has gone or has come. */
  hasChanged(source: FileSource = DISK): boolean {
    return [...this.#marks].some(([file, mark]) => source.markOf(file) !== mark);
  }
}
