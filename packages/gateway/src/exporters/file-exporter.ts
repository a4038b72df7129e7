import { constants } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { resolve } from "node:path";
import { OperatingError } from "@scrim/errors";
import { defineExporter, type ExportResult } from "@scrim/pipeline";
import { protoToJson } from "@scrim/wire";
import { z } from "zod";

const FileConfig = z
  .strictObject({
    path: z.string().min(1).meta({ description: "The file, from the configuration's folder." }),
    fsync: z.boolean().default(false).meta({
      description: "Acknowledge only when the disk has the batch. Slow, and safe from a power cut.",
    }),
  })
  .meta({ id: "FileConfig", description: "Appends OTLP JSON to a file, a batch a line." });

/** Readable by its owner only. */
const MODE = 0o600;

/** A symbolic link is refused: whoever can make one in the folder could lead the data elsewhere. */
const FLAGS = constants.O_APPEND | constants.O_CREAT | constants.O_WRONLY | constants.O_NOFOLLOW;

const OTHERS_MAY = 0o077;

/** OTLP JSON lines: https://opentelemetry.io/docs/specs/otel/protocol/file-exporter/ */
export const fileExporter = defineExporter({
  type: "file",
  description: "Appends OTLP JSON to a file, a batch a line.",
  configSchema: FileConfig,
  create({ path, fsync }, context) {
    const file = resolve(context.baseDir, path);
    let handle: FileHandle | undefined;
    /** True when a write failed and may have left part of a line. */
    let torn = false;
    let last: Promise<unknown> = Promise.resolve();

    async function append(line: string): Promise<ExportResult> {
      if (handle === undefined) return { status: "failed", retryable: true, reason: "closed" };
      try {
        await handle.appendFile(torn ? `\n${line}\n` : `${line}\n`);
        torn = false;
        if (fsync) await handle.datasync();
        return { status: "delivered", rejected: 0 };
      } catch {
        torn = true;
        return { status: "failed", retryable: true, reason: "write_failed" };
      }
    }

    return {
      async start() {
        handle = await openForAppend(file, `${context.path}.path`);
        if (((await handle.stat()).mode & OTHERS_MAY) !== 0)
          context.log.warn(`${context.path}: others than the owner may read the file`, `chmod 600 ${path}`);
      },
      /** One line after the other, so that lines never mix. */
      export({ signal, bytes }) {
        const line = protoToJson(signal, bytes);
        const result = last.then(() => append(line));
        last = result;
        return result;
      },
      async shutdown() {
        await last;
        await handle?.close();
        handle = undefined;
      },
    };
  },
});

async function openForAppend(file: string, path: string): Promise<FileHandle> {
  try {
    return await open(file, FLAGS, MODE);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    const problem =
      code === "ENOENT" ? "its folder does not exist" : code === "ELOOP" ? "it is a symbolic link" : code;
    throw new OperatingError("CONFIG_UNREADABLE", `the file can't be opened: ${problem}`, { path, cause });
  }
}
