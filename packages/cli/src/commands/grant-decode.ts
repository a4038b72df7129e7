import { parseToken, SEVERITY_OF_LEVEL } from "@scrim/grants";
import type { CommandDefinition } from "../command.ts";
import { durationText, isoOf, nowSeconds } from "../grants/time-text.ts";

export const grantDecodeCommand: CommandDefinition = {
  name: "grant decode",
  summary:
    "Says what a trace token claims. That proves nothing: only services with the grant's key can verify it.",
  details: "Exit code 1 where it is no token, or of another version.",
  operands: { usage: "TOKEN", min: 1, max: 1 },
  options: { json: { meaning: "Writes JSON." } },
  examples: ["scrim grant decode AQARIjOqu8zda0nSAAWhc0tqE1SrrI6-H4NngqYY"],
  async run({ options, operands }, { stdout, stderr }) {
    const claims = parseToken(operands[0]!);
    if (claims === undefined) {
      stderr.write(
        "grant decode: error: this is no trace token, or one of another version [INPUT_INVALID]\n",
      );
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
  },
};

function levelText(severity: number): string {
  const level = Object.entries(SEVERITY_OF_LEVEL).find(([, least]) => least === severity)?.[0];
  return level === undefined ? "" : ` (${level})`;
}
