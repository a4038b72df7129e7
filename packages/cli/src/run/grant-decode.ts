import { parseToken, SEVERITY_OF_LEVEL } from "@scrim/grants";
import type { CommandInput, CommandStreams } from "../command.ts";
import { durationText, isoOf, nowSeconds } from "../grants/time-text.ts";

export async function run(
  { options, operands }: CommandInput,
  { stdout, stderr }: CommandStreams,
): Promise<number> {
  const claims = parseToken(operands[0]!);
  if (claims === undefined) {
    stderr.write("grant decode: error: this is no trace token, or one of another version [INPUT_INVALID]\n");
    stderr.write("grant decode: hint: it has 40 characters, and stands behind scrim= in tracestate\n");
    return 1;
  }
  const { grant, expiresAt, severity } = claims;
  if (options.json === true) {
    stdout.write(
      `${JSON.stringify({ grant, expires_at: isoOf(expiresAt), severity, is_verified: false })}\n`,
    );
    return 0;
  }
  const left = expiresAt - nowSeconds();
  stdout.write(
    [
      `grant     ${grant}`,
      `expires   ${isoOf(expiresAt)}${left > 0 ? `, in ${durationText(left)}` : ", which is over"}`,
      `severity  ${severity} and above${levelText(severity)}`,
      "These are claims. Whether they are true, only a service can tell that has the grant's key and the trace's id.",
      "",
    ].join("\n"),
  );
  return 0;
}

function levelText(severity: number): string {
  const level = Object.entries(SEVERITY_OF_LEVEL).find(([, least]) => least === severity)?.[0];
  return level === undefined ? "" : ` (${level})`;
}
