import { defineDetector } from "../../detector.ts";
import { isPlaceholder } from "../../validators/placeholder.ts";

/** `jdbc:oracle:thin:scott/`, `sqlplus -S scott/`, `app:` of `app:secret@tcp(db:3306)/shop`. */
const ORACLE = String.raw`(?i:jdbc:oracle:[a-z]{2,8}):[^\s/@"'<>:]{1,64}/[^\s@"'<>]{1,128}@`;
const TOOL = String.raw`(?i:sqlplus|sqlldr|expdp|impdp|rman|sqlcl)(?:[ \t]{1,4}-[A-Za-z]{1,8}){0,4}[ \t]{1,4}["']?[\w$#.]{1,64}/[^\s@/"'<>]{1,128}@`;
const GO = String.raw`[\w.%+-]{1,64}:[^\s/@"'<>()]{1,128}@(?:tcp6?|unix|udp)\(`;

export const connectionCredentials = defineDetector({
  id: "connection_credentials",
  type: "url_credentials",
  class: "credential",
  pack: "secrets",
  finds:
    "Passwords in connection strings that are no URLs: Oracle's user/password@, MySQL's user:password@tcp(…).",
  source:
    "Oracle Database JDBC Developer's Guide, thin-style URLs; SQL*Plus User's Guide; go-sql-driver/mysql, DSN",
  confidence: "certain",
  atoms: ["(?i:jdbc:oracle:)", "(?i:sqlplus|sqlldr|expdp|impdp|rman|sqlcl)[ \\t]", "@(?:tcp|unix|udp)"],
  pattern: `${ORACLE}|${TOOL}|${GO}`,
  narrow: (match) => [passwordStart(match), match.lastIndexOf("@")],
  confirm: (password, { before }) => !isPlaceholder(password) && !before.endsWith("[REDACTED:"), // of a label
  examples: {
    match: [
      "connect jdbc:oracle:thin:scott/tiger9@//db:1521/orcl failed",
      "sqlplus -S scott/tiger9@orcl",
      "open app:s3cr3tx@tcp(db:3306)/shop?parseTime=true",
    ],
    ignore: [
      "jdbc:oracle:thin:@//db:1521/orcl",
      "jdbc:oracle:thin:scott/[REDACTED:url_credentials]@//db:1521/orcl",
      "open app:[REDACTED:url_credentials]@tcp(db:3306)/shop",
      "sqlplus / as sysdba",
      "listening @tcp(db:3306)",
      `app:\${DB_PASSWORD}@tcp(db:3306)/shop`,
    ],
  },
});

/** Behind the slash that follows a user, or the colon of MySQL's form. */
function passwordStart(match: string): number {
  const slash = match.indexOf("/");
  return (slash < 0 ? match.indexOf(":") : slash) + 1;
}
