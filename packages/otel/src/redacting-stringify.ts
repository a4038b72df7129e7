import { withheldLine } from "./line-redactor.ts";
import { RecordEngine } from "./record-engine.ts";
import { redactedAttributes } from "./redacted-attributes.ts";
import { type RedactionOptions, setUpRedaction } from "./redaction-options.ts";
import { reportFault } from "./report-fault.ts";

/** What is left of an object that can't be written says so under this key. */
const MESSAGE = "message";

/**
 * In the place of `JSON.stringify` for what goes into a line of a log. To the policy the members of the object are attributes. Only
 * the objects are copied in which a rule may name something: what stands under a key that rules keep is kept whole, unseen, and
 * goes into the line as `JSON.stringify` has it. Bytes elsewhere are written by their index, and bigints as `null`.
 *
 * Never throws: of what is no JSON, such as a cycle under a kept key, an object is left whose `message` says so. Rules for some
 * resources only (`where`) don't hold here, where no resource is known.
 *
 * @throws {OperatingError} where `policy` names a file that can't be read or is no policy
 *
 * @example
 * ```ts
 * import { createRedactingStringify } from "@scrim/otel";
 * const stringify = createRedactingStringify();
 * console.log(stringify({ user: { email: "jane@shop.example" }, at: new Date(0) }));
 * // {"user":{"email":"[REDACTED:direct_identifier]"},"at":"1970-01-01T00:00:00.000Z"}
 * ```
 */
export function createRedactingStringify(options: RedactionOptions = {}): (object: object) => string {
  const setup = setUpRedaction(options);
  const engine = new RecordEngine(setup, "lines", true);
  return (object) => {
    try {
      return JSON.stringify(redactedAttributes(engine, object));
    } catch (error) {
      setup.telemetry.stub("lines");
      reportFault("an object was withheld", error);
      return withheldLine(MESSAGE);
    }
  };
}
