import { defineDetector } from "../../detector.ts";
import { followsMark, isPlaceholder } from "../../validators/placeholder.ts";
import { isSystemAccount } from "../../validators/system-account.ts";
import { SIGN_TO_VALUE, valueAfter } from "../keyed-number.ts";

export const userName = defineDetector({
  id: "user_name",
  type: "username",
  class: "direct_identifier",
  pack: "pii",
  finds: "Names of accounts behind a key such as username= or login_name:, but for those of systems.",
  source: "RFC 8265; naming conventions of ECS user.name and of OpenTelemetry user.name",
  confidence: "likely",
  atoms: ["(?i:user[ _-]?name|login[ _-]?name)"],
  pattern:
    String.raw`(?i:user[ _-]?name|login[ _-]?name)${SIGN_TO_VALUE}[\p{L}0-9][\p{L}0-9._@+-]{1,63}`.replaceAll(
      String.raw`\p{L}`,
      String.raw`A-Za-z\x{80}-\x{10FFFF}`,
    ),
  narrow: valueAfter(" \t:=\"'>\\"),
  confirm: (candidate, { before, after }) =>
    after[0] !== ":" && // `username:v3:…` is a pseudonym
    !isSystemAccount(candidate) &&
    !isPlaceholder(candidate) &&
    !followsMark(before),
  examples: {
    match: ["username=alice", '"user_name": "j.doe"', "userName: jürgen"],
    ignore: ["username=root", "username: null", "user name is required", "username=$USER"],
  },
});
