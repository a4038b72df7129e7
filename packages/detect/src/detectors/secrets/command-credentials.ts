import { defineDetector } from "../../detector.ts";
import { digitsOf } from "../../validators/digits.ts";
import { isBracketedMark, isPlaceholder, isRedacted } from "../../validators/placeholder.ts";

const OPTION = String.raw`[\s"'](?:-u|--user|--proxy-user)[ \t=]{1,4}`;

/** What manuals write. */
const STAND_INS: ReadonlySet<string> = new Set([
  "test:test",
  ...["user", "username"].flatMap((user) =>
    ["pass", "password", "token"].map((password) => `${user}:${password}`),
  ),
]);

export const commandCredentials = defineDetector({
  id: "command_credentials",
  type: "password",
  class: "credential",
  pack: "secrets",
  finds:
    "User and password on a command line, as curl -u user:password and tools with -u user -p password take them.",
  source: "curl manual, -u and --user; PsExec documentation",
  confidence: "likely",
  atoms: [String.raw`[\s"']-u[ \t=]`, String.raw`--(?:proxy-)?user[ \t=]`],
  pattern: [
    String.raw`${OPTION}"[^"\s:]{0,128}:[^"\s]{3,256}`,
    String.raw`${OPTION}'[^'\s:]{0,128}:[^'\s]{3,256}`,
    String.raw`${OPTION}[^\s"':/]{1,128}:[^\s"'|;&]{3,256}`,
    String.raw`\s-u[ \t]{1,4}[^\s"'-][^\s"']{0,128}[ \t]{1,4}-p[ \t]{1,4}[^\s"'-][^\s"']{2,256}`,
  ].join("|"),
  narrow: fromUser,
  confirm: (candidate) => {
    const colon = candidate.indexOf(":");
    const password = candidate.slice(colon + 1);
    if (
      STAND_INS.has(candidate.toLowerCase()) ||
      password.startsWith("//") ||
      isPlaceholder(candidate) ||
      isPlaceholder(password) ||
      isBracketedMark(candidate) ||
      isRedacted(password)
    )
      return false;
    return digitsOf(password).length < password.length; // `-u 1000:1000` names a user and a group
  },
  examples: {
    match: [
      "curl -u elastic:s3cr3t$1 https://localhost:9200",
      "curl --user 'bob:h0pk1ns~21s' -X POST",
      "psexec \\\\10.0.0.7 -u Administrator -p dev_admin cmd",
    ],
    ignore: [
      "docker run -u 1000:1000 shop",
      "curl -u bob:$PASSWORD https://localhost",
      "curl -u username:password https://localhost",
      "curl -u test:test https://localhost",
      "curl -u bob:[PASSWORD] https://localhost",
      "sort -u names.txt",
      "curl -u https://x.example",
      "ps -u bob -p 4471",
      "curl -u [REDACTED:password] https://localhost",
    ],
  },
});

/** From behind the option, and its quote; with `-p`, the password alone. */
function fromUser(match: string): readonly [start: number, end: number] {
  const option = match.lastIndexOf(" -p");
  const from = option === -1 ? match.indexOf("-u") : option + 1;
  let start = from;
  while (start < match.length && !" \t=".includes(match[start]!)) start++;
  while (start < match.length && " \t=\"'".includes(match[start]!)) start++;
  return [start, match.length];
}
