import { defineDetector } from "../../detector.ts";
import { madeUp } from "../../example-token.ts";

export const passwordHash = defineDetector({
  id: "password_hash",
  type: "password",
  class: "credential",
  pack: "secrets",
  finds:
    "Hashes of passwords as systems store them: crypt, bcrypt, Argon2, yescrypt, PBKDF2, LDAP schemes, Kerberos tickets.",
  source:
    "crypt(5); PHC string format; RFC 2307 section 5.3; MIT Kerberos documentation, AS-REP and TGS replies",
  confidence: "certain",
  atoms: [String.raw`\$(?:[156789y]|2[abxy]|argon2|pbkdf2|krb5)`, String.raw`\{(?:SSHA|SHA|SMD5|CRYPT)`],
  pattern: [
    String.raw`\$2[abxy]\$[0-9]{2}\$[./A-Za-z0-9]{53}`,
    String.raw`\$[156789y]\$(?:rounds=[0-9]{1,9}\$)?[./A-Za-z0-9]{1,32}(?:\$[./A-Za-z0-9]{1,86})?\$[./A-Za-z0-9]{22,86}`,
    String.raw`\$argon2(?:id|i|d)\$(?:v=[0-9]{1,3}\$)?m=[0-9]{1,10},t=[0-9]{1,10},p=[0-9]{1,8}\$[A-Za-z0-9+/]{8,88}\$[A-Za-z0-9+/]{16,128}`,
    String.raw`\$pbkdf2(?:-sha[0-9]{1,3})?\$[0-9]{1,9}\$[A-Za-z0-9+./]{8,88}\$[A-Za-z0-9+./]{16,128}`,
    String.raw`\$krb5(?:asrep|tgs|pa)\$[0-9]{1,2}\$[^\s"']{32,}`,
    String.raw`\{(?:SSHA|SHA|SMD5|CRYPT)[0-9]{0,3}\}[A-Za-z0-9+/$.]{24,128}={0,2}`,
  ].join("|"),
  examples: {
    match: [
      madeUp("$2b$12$", "R9hcIPz0giURNNX3kh2OPu", "ST9PgBkqquziSs7KIUgO2t0jWMUWa5q"),
      madeUp(
        "root:$6$52450745$",
        "k5ka2p8bFuSmoVT1tzOyyuaREkkKBcCNqoDKzYi",
        "JL9RaE8yMnPgh2XzzF0NDrUhgrcLwg78xs1w5pJiypEdFX",
      ),
      madeUp(
        "$argon2id$v=19$m=65536,t=3,p=4$",
        "c29tZXNhbHRmb3JtZQ",
        "$",
        "RdescudvJCsgt3ub+b4dWRWJTmaasfKl",
      ),
      madeUp("userPassword: {SSHA}", "DkMTwBl+a/3DQTxCYEApdUtN", "XGgdUac3"),
    ],
    ignore: ["cost $5$ and $6 a month", "$2b$12$short", "{SSHA}", "$1$2$3"],
  },
});
