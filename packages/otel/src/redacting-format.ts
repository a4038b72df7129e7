import { withheldLabel } from "@scrim/redact";
import { LineRedactor, withheldLine } from "./line-redactor.ts";
import { LogRecordRedactor } from "./log-record-redactor.ts";
import { type RedactionOptions, setUpRedaction } from "./redaction-options.ts";
import { reportFault } from "./report-fault.ts";

/** Where winston keeps the level as it was logged, the finished line, and the arguments behind the message. */
const LEVEL = Symbol.for("level");
const LINE = Symbol.for("message");
const SPLAT = Symbol.for("splat");

/** What winston hands from format to format. */
export interface LogInfo {
  level: string;
  message: unknown;
  [key: string | symbol]: unknown;
}

/** A format of winston, by structure. */
export interface RedactingFormat {
  transform(info: LogInfo): LogInfo;
}

/**
 * A format for winston that redacts what the transports get: the finished line, the message, everything logged with it. To be
 * placed last. Hands on a copy, since what is logged may be the application's own object; the level stays. To the policy the
 * message is a log body, and what is logged with it are attributes, as where winston logs to OpenTelemetry. Never throws.
 *
 * Rules for some resources only (`where`) don't hold here, where no resource is known.
 *
 * @throws {OperatingError} where `policy` names a file that can't be read or is no policy
 *
 * @example
 * ```ts
 * import { createRedactingFormat } from "@scrim/otel";
 * const format = createRedactingFormat(); // format.combine(format.json(), createRedactingFormat())
 * const info = format.transform({ level: "info", message: "sent to jane@shop.example", items: 3 });
 * console.log(info.message, info.items); // sent to [REDACTED:email] 3
 * ```
 */
export function createRedactingFormat(options: RedactionOptions = {}): RedactingFormat {
  const setup = setUpRedaction(options);
  const lines = new LineRedactor(setup);
  const records = new LogRecordRedactor(setup);
  return {
    transform(info) {
      try {
        return redactedInfo(info, lines, records);
      } catch (error) {
        reportFault("a log entry was withheld", error);
        return withheldInfo(info);
      }
    },
  };
}

function redactedInfo(info: LogInfo, lines: LineRedactor, records: LogRecordRedactor): LogInfo {
  const { level, message, ...meta } = info;
  const { [LEVEL]: logged, [LINE]: line, [SPLAT]: splat, ...attributes } = meta;
  const { body, attributes: redacted } = records.redact({ ...NOWHERE, body: message, attributes });
  const copy: LogInfo = { level, message: body, ...redacted };
  if (logged !== undefined) copy[LEVEL] = logged;
  if (line !== undefined) copy[LINE] = lines.redact(String(line), MESSAGE);
  if (splat !== undefined) copy[SPLAT] = records.redact({ ...NOWHERE, body: splat, attributes: {} }).body;
  return copy;
}

/** Named in `message`, as winston names it. */
const MESSAGE = "message";

/** The rest of a record: what no `where` clause holds for. */
const NOWHERE = {
  hrTime: [0, 0],
  hrTimeObserved: [0, 0],
  resource: { attributes: {} },
  instrumentationScope: { name: "" },
  droppedAttributesCount: 0,
} satisfies Partial<Parameters<LogRecordRedactor["redact"]>[0]>;

/** Without the level winston writes nothing. */
function withheldInfo(info: LogInfo): LogInfo {
  const level = levelOf(info);
  return { level, message: withheldLabel("error").toString(), [LEVEL]: level, [LINE]: withheldLine(MESSAGE) };
}

function levelOf(info: LogInfo): string {
  try {
    return String(info[LEVEL] ?? info.level);
  } catch {
    return "error";
  }
}
