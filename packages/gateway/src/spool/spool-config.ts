import { duration, size } from "@scrim/pipeline";
import { z } from "zod";

/** An exporter's name, as everywhere in the configuration. */
const ExporterId = z
  .string()
  .max(128)
  .regex(/^[a-zA-Z][a-zA-Z0-9_]*(\/[a-zA-Z0-9_.-]+)?$/, 'a component is named "type" or "type/name"');

/** Settings of the spool of one gateway: `service.spool`. */
export const SpoolConfig = z
  .strictObject({
    directory: z.string().min(1).optional().meta({
      description:
        "The folder, from this file's. Without this key `$STATE_DIRECTORY/spool`, else `$XDG_STATE_HOME/scrim/spool`, else `~/.local/state/scrim/spool`.",
    }),
    max_size: size({ min: "16MiB", max: "1048576GiB" }).prefault("8GiB").meta({
      description:
        "Bytes on the disk at most, of each process where `workers` is over 1. Near it clients are answered slowly, at it `when_full` says what happens. A request over half of it is refused for good.",
    }),
    max_age: duration({ min: "1m", max: "87600h" }).optional().meta({
      description:
        "How long a batch waits at most; older ones are dropped and counted. Without this key as long as it takes.",
    }),
    when_full: z.enum(["refuse", "drop_oldest"]).default("refuse").meta({
      description:
        "`refuse` asks clients to send again later; `drop_oldest` makes room and counts what it drops.",
    }),
    min_free_space: size({ min: "0", max: "1048576GiB" }).prefault("256MiB").meta({
      description: "Bytes of the disk that are left to others. With less, the spool is full.",
    }),
    segment_size: size({ min: "1MiB", max: "1GiB" }).prefault("64MiB").meta({
      description:
        "Bytes of one file, at most an eighth of `max_size`. A file goes when all in it has been delivered.",
    }),
    memory: size({ min: "0", max: "64GiB" }).prefault("16MiB").meta({
      description:
        "Bytes of what came last that are also kept in memory, so that exporters need not read them again.",
    }),
    dead_letters: z
      .strictObject({
        max_size: size({ min: "1MiB", max: "1048576GiB" }).prefault("1GiB").meta({
          description:
            "Bytes on the disk at most, for each exporter, of batches that its destination refuses for good.",
        }),
      })
      .prefault({}),
    forget: z.array(ExporterId).max(64).default([]).meta({
      description:
        "Exporters that are configured no more, and whose batches are to be dropped. Without it they are kept.",
    }),
  })
  .meta({ id: "SpoolConfig", description: "Where batches wait on the disk for their destinations." });

export type SpoolConfig = z.output<typeof SpoolConfig>;
