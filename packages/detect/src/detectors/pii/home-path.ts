import { defineDetector } from "../../detector.ts";
import { isPlaceholder } from "../../validators/placeholder.ts";
import { isSystemAccount } from "../../validators/system-account.ts";

const NAME = String.raw`[A-Za-z0-9\x{C0}-\x{10FFFF}][A-Za-z0-9\x{C0}-\x{10FFFF}._-]{0,31}`;

export const homePath = defineDetector({
  id: "home_path",
  type: "username",
  class: "direct_identifier",
  pack: "pii",
  finds: "The user's name in the path of a home folder, but for those of systems.",
  source: "Filesystem Hierarchy Standard 3.0 section 3.8; Apple and Microsoft file system guides",
  confidence: "likely",
  atoms: ["/home/[^/\\x00]", "/Users/[^/\\x00]", String.raw`:\\{1,2}Users\\`],
  pattern: String.raw`(?:/home/|/Users/|[A-Za-z]:\\{1,2}Users\\{1,2})${NAME}`,
  narrow: (match) => [Math.max(match.lastIndexOf("/"), match.lastIndexOf("\\")) + 1, match.length],
  confirm: (candidate, { before, after }) =>
    !isSystemAccount(candidate) && !isPlaceholder(candidate) && isRoot(before) && after[0] !== "*",
  examples: {
    match: ["/home/alice/.ssh/config", "open /Users/jdoe/app.log", String.raw`C:\Users\J.Doe\AppData`],
    ignore: ["/home/ubuntu/app", "/Users/Shared/x", "/home", "/api/home/index", "/home/*/x"],
  },
});

/** The folder stands at the root: `/srv/www/home/page` and `/v1/Users/42` are something else. */
function isRoot(before: string): boolean {
  const start = Math.max(before.lastIndexOf("/home/"), before.lastIndexOf("/Users/"));
  return start <= 0 || before.endsWith("\\") || " \t\"'=:([<>,;|\n".includes(before[start - 1]!);
}
