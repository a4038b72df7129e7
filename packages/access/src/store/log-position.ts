import * as z from "zod";

/** How far an audit log and the store agree: the last act of the log's writer that was kept. */
export const LogPositionSchema = z.strictObject({
  /** The log's origin. */
  id: z.string().min(1).max(256),
  act: z.string(),
  /** Entries of the log up to this act. */
  size: z.int().min(1),
  /** When it was, in seconds since 1970: time never runs behind it. */
  at: z.int().min(0),
});
