import { OperatingError } from "@scrim/errors";
import { LineCounter, parseDocument } from "yaml";
import { DISK, type FileSource } from "../files/config-files.ts";
import { shapeOf } from "./document-shape.ts";

/** Far more than any configuration needs. */
const TEXT_BYTES_MAX = 1024 * 1024;

/** Times that anchors may be repeated in all: enough for a hand-written file, too little for a YAML bomb. */
const ALIASES_MAX = 100;

/** What a file says. */
export interface YamlFile {
  readonly text: string;
  readonly value: unknown;
}

/**
 * Reads a file with {@link readYaml}.
 *
 * @param options.missingHint what to do where there is no such file
 * @param options.source where it is read; the disk unless given
 * @throws {OperatingError} `CONFIG_UNREADABLE` with the file's name, and with line and column where it can be read
 */
export function readYamlFile(
  file: string,
  { missingHint, source = DISK }: { readonly missingHint?: string; readonly source?: FileSource } = {},
): YamlFile {
  let text: string;
  try {
    text = source.read(file, TEXT_BYTES_MAX).bytes.toString();
  } catch (cause) {
    if (cause instanceof RangeError)
      throw new OperatingError("CONFIG_UNREADABLE", cause.message, { path: file, cause });
    const { code } = cause as NodeJS.ErrnoException;
    const isMissing = code === "ENOENT";
    throw new OperatingError("CONFIG_UNREADABLE", isMissing ? "no such file" : `can't be read (${code})`, {
      path: file,
      ...(isMissing && missingHint !== undefined && { hint: missingHint }),
      cause,
    });
  }
  return { text, value: readYaml(text, file) };
}

/**
 * Reads a configuration text: YAML 1.2, of which JSON is a part. Keys may not repeat.
 *
 * @param file the text's, for errors
 * @throws {OperatingError} `CONFIG_UNREADABLE` with line and column; the message never quotes the text
 */
export function readYaml(text: string, file?: string): unknown {
  const unreadable = (message: string, place = file): OperatingError =>
    new OperatingError("CONFIG_UNREADABLE", message, place === undefined ? {} : { path: place });
  if (Buffer.byteLength(text) > TEXT_BYTES_MAX) throw unreadable(`over ${TEXT_BYTES_MAX} bytes`);
  const lines = new LineCounter();
  try {
    const document = parseDocument(text, {
      lineCounter: lines,
      prettyErrors: false,
      stringKeys: true,
      uniqueKeys: false,
      logLevel: "silent",
    });
    const placeOf = (offset: number) => {
      const { line, col } = lines.linePos(offset);
      return `${file === undefined ? "line " : `${file}:`}${line}:${col}`;
    };
    const [error] = document.errors;
    if (error !== undefined) {
      const problem = error.code.toLowerCase().replaceAll("_", " ");
      throw unreadable(`not YAML: ${problem}`, placeOf(error.pos[0]));
    }
    const { repeatedKey, aliases } = shapeOf(document);
    if (repeatedKey !== undefined)
      throw unreadable("not YAML: a key stands twice in one mapping", placeOf(repeatedKey));
    if (aliases > ALIASES_MAX) throw new ReferenceError("too many aliases");
    return document.toJS({ maxAliasCount: ALIASES_MAX });
  } catch (error) {
    if (error instanceof OperatingError) throw error;
    // The two things the parser throws instead of reporting: aliases past the bound, and a stack used up.
    if (error instanceof ReferenceError) throw unreadable(`a wrong alias, or over ${ALIASES_MAX} of them`);
    throw unreadable("nested too deep");
  }
}
