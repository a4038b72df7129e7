import { OperatingError } from "@scrim/errors";
import {
  holdSpool,
  inspectSpool,
  type LogState,
  openSpool,
  type RecordAtRest,
  recordsAtRest,
  recordsInQuarantine,
  SpoolConfig,
} from "@scrim/gateway";
import { type Log, MetricRegistry } from "@scrim/pipeline";
import { type CommandInput, type CommandStreams, optionText } from "../command.ts";
import { counted } from "../counted.ts";
import { chosenSpool } from "../spool/chosen-spools.ts";
import { sendTo } from "../spool/otlp-sender.ts";

/** Takes one record on, and says how many of its items it rejects for good; throws where it can't take it. */
type Send = (record: RecordAtRest) => Promise<number>;

export async function run(input: CommandInput, { stderr }: CommandStreams): Promise<number> {
  const folder = chosenSpool(input);
  const to = optionText(input, "to");
  const isBack = input.options.back === true;
  if ((to === undefined) !== isBack) throw wrong("one of --to URL and --back is needed");
  const letters = optionText(input, "dead-letters");
  const isQuarantine = input.options.quarantine === true;
  if (letters !== undefined && isQuarantine)
    throw wrong("--dead-letters and --quarantine exclude one another");
  if (isBack && letters === undefined && !isQuarantine) throw wrong("what waits is in the spool already");
  const held = await holdSpool(folder);
  let isReleased = false;
  try {
    const log = chosenLog(inspectSpool(folder), folder, letters);
    const records = recordsOf(log, letters !== undefined, isQuarantine, optionText(input, "exporter"));
    const target = isBack
      ? await backInto(folder, () => held.release())
      : { send: sendTo(to!), close: async () => undefined };
    isReleased = isBack;
    const count = await sendAll(records, target.send, stderr).finally(() => target.close());
    const isAll = count.rejected === 0;
    if (input.options.remove === true && !isQuarantine && isAll)
      await remove(folder, log, letters !== undefined, count.exporters);
    stderr.write(`${counted(count.sent, "record")} of ${counted(count.items, "item")} sent\n`);
    if (!isAll) stderr.write(`${counted(count.rejected, "item")} rejected: all records stay\n`);
    return isAll ? 0 : 1;
  } finally {
    if (!isReleased) held.release();
  }

  /** Where the spool was opened to put records back, the folder is free again. */
  async function remove(
    at: string,
    log: LogState,
    isLetters: boolean,
    exporters: ReadonlySet<string>,
  ): Promise<void> {
    const own = isReleased ? await holdSpool(at) : held;
    if (isLetters) own.clear(log);
    else own.forget([...exporters]);
    if (isReleased) own.release();
  }
}

function wrong(message: string): OperatingError {
  return new OperatingError("INPUT_INVALID", message, { hint: "scrim spool replay --help" });
}

function chosenLog(logs: readonly LogState[], folder: string, letters: string | undefined): LogState {
  const found = logs.find(({ segments, name }) =>
    letters === undefined
      ? name === "spool"
      : name !== "spool" &&
        segments.some(({ waiting }) => waiting.some(({ exporter }) => exporter === letters)),
  );
  if (found !== undefined) return found;
  throw new OperatingError("INPUT_INVALID", "there are no dead letters of this exporter", {
    path: folder,
    hint: "scrim spool inspect shows what there is",
  });
}

function recordsOf(log: LogState, isLetters: boolean, isQuarantine: boolean, exporter: string | undefined) {
  const records = isQuarantine ? recordsInQuarantine(log) : recordsAtRest(log, isLetters ? "all" : "waiting");
  if (exporter === undefined) return records;
  return records
    .filter(({ exporters }) => exporters.includes(exporter))
    .map((record) => ({ ...record, exporters: [exporter] }));
}

async function sendAll(records: Iterable<RecordAtRest>, send: Send, stderr: NodeJS.WritableStream) {
  let [sent, items, rejected] = [0, 0, 0];
  const exporters = new Set<string>();
  try {
    for (const record of records) {
      rejected += await send(record);
      sent++;
      items += record.items;
      for (const exporter of record.exporters) exporters.add(exporter);
    }
  } catch (error) {
    stderr.write(`${counted(sent, "record")} sent before it failed; all of them stay\n`);
    throw error;
  }
  return { sent, items, rejected, exporters };
}

/** A spool without bounds of its own, since what goes in was in it. */
async function backInto(
  folder: string,
  release: () => void,
): Promise<{ send: Send; close(): Promise<void> }> {
  release();
  const config = SpoolConfig.parse({ max_size: "1048576GiB", memory: 0 });
  const log: Log = { info: () => undefined, warn: () => undefined };
  const spool = await openSpool(config, {
    directory: folder,
    exporters: [],
    metrics: new MetricRegistry(),
    log,
  });
  return {
    async send({ signal, items, approvals_checked, payload: bytes, exporters }) {
      const removed = new Map<string, number>();
      const batch = { signal, items, approvals_checked, bytes, client: { address: undefined }, removed };
      await spool.append(batch, exporters);
      return 0;
    },
    close: () => spool.shutdown(),
  };
}
