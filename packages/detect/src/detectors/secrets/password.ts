import { type CandidateContext, defineDetector } from "../../detector.ts";
import { digitsOf } from "../../validators/digits.ts";
import { isNameLike, isSentence } from "../../validators/name-like.ts";
import { followsMark, isPlaceholder } from "../../validators/placeholder.ts";
import { isBetweenQuotes, isMemberName, isProse, keyed } from "../keyed-value.ts";

/** Shorter values are flags and counts: `pass=1`, `password: no`. */
const PASSWORD_CHARACTERS_MIN = 3;

const PIN_DIGITS_MIN = 6;

export const password = defineDetector({
  id: "password",
  type: "password",
  class: "credential",
  pack: "secrets",
  finds:
    'Passwords as the value of a key: password=, PWD:, "passphrase":"…", DB_PASSWORD=, connection strings.',
  source: "OWASP Logging Cheat Sheet, data to exclude",
  confidence: "likely",
  atoms: [
    "(?i:passw)",
    "(?i:passphrase|kennwort|senha)",
    "(?i:contrase|mot_?de_?passe)",
    "(?i:pwd)",
    String.raw`(?i:pass)["'\\\]\[!?=:,>\s.()&|;]`,
  ],
  ...keyed(
    String.raw`(?i:passw(?:or)?d|passwort|passphrase|pwd|kennwort|senha|contrasena|contraseña|mot_?de_?passe)\d?|(?:\b|_)(?i:(?:db|user|admin|root)?pass)`,
  ),
  confirm: (candidate, context) =>
    candidate.length >= PASSWORD_CHARACTERS_MIN &&
    !isPlaceholder(candidate) &&
    !isCall(candidate, context) &&
    !isSentence(candidate) &&
    !isVerdict(candidate, context) &&
    !isNameLike(candidate) &&
    !isCount(candidate) &&
    !isProse(candidate, context) &&
    !isMemberName(candidate, context) &&
    !isBetweenQuotes(candidate) &&
    !followsMark(context.before) &&
    !isDirectory(candidate, context),
  examples: {
    match: [
      "password=hunter2",
      "login failed, Password: tr0ub4dor&3",
      '{"user":"bob","password":"correct horse"}',
      String.raw`{\"passwd\":\"s3cr3t!\"}`,
      "DB_PASSWORD='p@ss, word'",
      "Server=db;Pwd=abc123;Timeout=5",
      'passphrase => "open sesame"',
      "db_pass: x9!kQ",
      "mysqldump --password hunter2 shop",
      "the default password is 'swordfish'",
      '{"name":"DB_PASSWORD","value":"hunter2"}',
      "<password>hunter2</password>",
      "DB_PASSWORD ?= hunter2",
      "contraseña: tr3bol",
      'user.setPassword("hunter2")',
      'if ("hunter2" == form.password)',
    ],
    ignore: [
      "password=[REDACTED]",
      `password: \${DB_PASSWORD}`,
      '{"password":null}',
      "password=********",
      "password: must not be empty",
      "PWD=/home/bob ; USER=root",
      "Failed password for root from 203.0.113.7",
      "passed: 12",
      "bypass=enabled",
      '{"login_type":"password","protocol":"SSH"}',
      '{"full_hash_pass": 86016}',
      "password = process.env.DB_PASSWORD",
      "say so with the --password option or leave it",
      'log("Password: " + read(user) + ".")',
      "the password is wrong",
      'form.newPassword = "#new-password";',
      "--- PASS: TestLogin (0.00s)",
      `{"password":"can't be blank"}`,
      '{"confirmPassword":"Confirm your password"}',
      "PWD: C:\\\\Users",
      "password: /run/secrets/db",
      `'password' => 'required|string|min:8'`,
      "password = decrypt(stored)",
      "UPDATE users SET password = :password",
      "RESET_PASSWORD=$BASE_URL/reset/#/password",
    ],
  },
});

/** `"full_hash_pass": 86016` counts passes. Longer numbers may be a PIN or somebody's idea of a password. */
function isCount(candidate: string): boolean {
  return candidate.length < PIN_DIGITS_MIN && digitsOf(candidate).length === candidate.length;
}

/** `decrypt(text)`, of which the closing bracket is cut off. */
function isCall(candidate: string, { after }: CandidateContext): boolean {
  return after.startsWith(")") && /^[a-z]+(?:[A-Z][a-z]+)*\([\w.,()[\] ]*$/.test(candidate);
}

/** `PASS: TestLogin`, `PASS: test_login`: a test passed. */
function isVerdict(candidate: string, { before }: CandidateContext): boolean {
  return before.endsWith("PASS: ") && candidate.toLowerCase().startsWith("test");
}

/** PWD is also a shell's working directory. */
function isDirectory(candidate: string, { before }: CandidateContext): boolean {
  return /PWD[=:] ?$/.test(before) && /^(?:\/|[A-Za-z]:\\)/.test(candidate);
}
