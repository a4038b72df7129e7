import { defineDetector } from "../../detector.ts";
import { isPlaceholder } from "../../validators/placeholder.ts";

const STRING = String.raw`"[^"\r\n]{0,256}"\s{0,4},\s{0,40}`;

export const dotnetCredential = defineDetector({
  id: "dotnet_credential",
  type: "password",
  class: "credential",
  pack: "secrets",
  finds: "Passwords in scripts and traces that make a NetworkCredential or a DirectoryEntry.",
  source: "Microsoft .NET API reference, NetworkCredential and DirectoryEntry constructors",
  confidence: "likely",
  atoms: [String.raw`NetworkCredential\(`, String.raw`DirectoryEntry\(`],
  pattern: String.raw`(?:NetworkCredential\(\s{0,40}|DirectoryEntry\(\s{0,40}${STRING})${STRING}"[^"\r\n]{3,256}"`,
  narrow: (match) => [match.lastIndexOf('"', match.length - 2) + 1, match.length - 1],
  confirm: (candidate) => !isPlaceholder(candidate),
  examples: {
    match: [
      'new System.Net.NetworkCredential("deploy", "h0pk1ns-21s")',
      'new DirectoryEntry("LDAP://corp.example", "CORP\\\\svc",\n  "Summer!Rain9")',
    ],
    ignore: [
      "new NetworkCredential(user, password)",
      'new NetworkCredential("deploy", "$password")',
      'new DirectoryEntry("LDAP://corp.example")',
    ],
  },
});
