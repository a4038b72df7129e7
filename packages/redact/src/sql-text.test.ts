import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { EXPONENT_MAX, exponentOf } from "../../../test/measure/linear-time.ts";
import { planOf } from "../test/plans.ts";
import { counted, redactTexts } from "../test/texts.ts";
import { createRedactor } from "./index.ts";
import * as sql from "./structure/sql-tokens.ts";

const redactText = redactTexts();
const redact = (text: string) => redactText(text, "db.query.text").text;

describe("literals become ?", () => {
  test.each<[name: string, query: string, expected: string]>([
    ["strings", "SELECT * FROM u WHERE n = 'Jane' AND m <> ''", "SELECT * FROM u WHERE n = ? AND m <> ?"],
    ["a number that ends in a dot, before a double quote", 'SELECT 1.5."Jane"', "SELECT ??"],
    ["numbers", "SELECT 1, 1.5e-3, .5, 0xFF FROM t1 LIMIT 10", "SELECT ?, ?, ?, ? FROM t1 LIMIT ?"],
    [
      "booleans, but not an operator",
      "UPDATE t SET a = TRUE WHERE b IS NOT false",
      "UPDATE t SET a = ? WHERE b IS NOT false",
    ],
    ["dates and intervals", "SELECT DATE '2020-01-02', INTERVAL '1 day'", "SELECT DATE ?, INTERVAL ?"],
    ["a list", "SELECT * FROM t WHERE a IN (1, 'b', ?)", "SELECT * FROM t WHERE a IN (?, ?, ?)"],
    ["a quote written twice", "SELECT 'O''Brien', 'x'", "SELECT ?, ?"],
    ["MySQL: a quote behind a backslash", String.raw`SELECT 'it\'s', 'don\'t' FROM t`, "SELECT ?, ? FROM t"],
    ["the standard: a backslash at the end", String.raw`SELECT 'C:\', 'D:\' FROM t`, "SELECT ?, ? FROM t"],
    [
      "a backslash that only one dialect can mean",
      String.raw`SELECT '\', x FROM t WHERE a = 'Jane'`,
      "SELECT ?, x FROM t WHERE a = ?",
    ],
    ["one that may be either", String.raw`SELECT '\', x FROM t WHERE a = ' Jane'`, "SELECT ?"],
    ["MySQL: double quotes", 'SELECT * FROM users WHERE name = "Jane"', "SELECT * FROM users WHERE name = ?"],
    [
      "MySQL: double quotes and back ticks",
      'SELECT `a` FROM `b`.`c` WHERE `d` = "Jane"',
      "SELECT `a` FROM `b`.`c` WHERE `d` = ?",
    ],
    [
      "MySQL: an alias in double quotes",
      'SELECT a AS "A b" FROM t WHERE c = "d"',
      'SELECT a AS "A b" FROM t WHERE c = ?',
    ],
    ["MySQL: a character set", "SELECT _utf8'Jane'", "SELECT _utf8?"],
    [
      "MySQL: what only it runs",
      "SELECT /*!40001 SQL_NO_CACHE, 'Jane' */ a",
      "SELECT /*!? SQL_NO_CACHE, ? */ a",
    ],
    ["MySQL: a comment", "SELECT a # Jane's\nFROM t WHERE b = 'c'", "SELECT a #?\nFROM t WHERE b = ?"],
    ["PostgreSQL: dollar quotes", "SELECT $$it's$$, $t$ $$ $t$, v$x FROM t", "SELECT ?, ?, v$x FROM t"],
    ["PostgreSQL: escapes", String.raw`SELECT E'it\'s', U&'d\0061t' FROM "t"`, 'SELECT ?, ? FROM "t"'],
    ["PostgreSQL: casts", "SELECT '1'::int4, a::varchar(255)", "SELECT ?::int4, a::varchar(?)"],
    [
      "PostgreSQL: arrays and JSON",
      `SELECT ARRAY['a', 'b'], c[1], d->>'k', d #>> '{a}'`,
      "SELECT ARRAY[?, ?], c[?], d->>?, d #>> ?",
    ],
    [
      "SQL Server: prefix and brackets",
      "SELECT [it's], [order details] FROM [dbo].[t] WHERE a = N'Jane'",
      "SELECT [it's], [order details] FROM [dbo].[t] WHERE a = ?",
    ],
    ["SQL Server: temporary tables", "SELECT a FROM #t WHERE b = 'c'", "SELECT a FROM #t WHERE b = ?"],
    ["Oracle: its quotes", "SELECT q'[it's]', nq'!a'b!', q'(x)' FROM dual", "SELECT ?, ?, ? FROM dual"],
    ["Oracle: a password", 'ALTER USER app IDENTIFIED BY "hunter2"', "ALTER USER app IDENTIFIED BY ?"],
    [
      "Oracle: a password without quotes",
      "CREATE USER app IDENTIFIED BY hunter2 DEFAULT TABLESPACE t",
      "CREATE USER app IDENTIFIED BY ? DEFAULT TABLESPACE t",
    ],
    [
      "Oracle: a password and names in double quotes",
      'ALTER USER "app" IDENTIFIED BY "hunter2" REPLACE "old"',
      "ALTER USER ? IDENTIFIED BY ? REPLACE ?",
    ],
    ["SQLite: blobs", "INSERT INTO t VALUES (x'53', X'51')", "INSERT INTO t VALUES (?, ?)"],
    [
      "CQL: UUIDs, lists and maps",
      "INSERT INTO t (a) VALUES (a50e8400-e29b-41d4-a716-446655440000, ['a', 1], {'k': 2})",
      "INSERT INTO t (a) VALUES (?, [?, ?], {?: ?})",
    ],
    [
      "Cypher",
      "MATCH (p:Person {name: 'Jane'}) RETURN p LIMIT 5",
      "MATCH (p:Person {name: ?}) RETURN p LIMIT ?",
    ],
    ["a string that was cut off", "SELECT * FROM t WHERE a = 'Jan", "SELECT * FROM t WHERE a = ?"],
    ["a dollar quote that was cut off", "SELECT $fn$ BEGIN", "SELECT ?"],
    ["two dashes that MySQL takes for signs", "SELECT 5--6, 'Jane'\nFROM t", "SELECT ?--?\nFROM t"],
    ["comments inside one another", "/* a /* b */ 'Jane' */ SELECT 1", "/*?*/ SELECT ?"],
  ])("%s", (_, query, expected) => {
    expect(redact(query)).toBe(expected);
  });
});

describe("Redis", () => {
  test.each<[query: string, expected: string]>([
    ["AUTH hunter2", "AUTH ?"],
    ["auth bob 'open sesame'", "auth ? ?"],
    ["HGET user:1234:a50e8400-e29b-41d4-a716-446655440000 h2", "HGET user:?:? h2"],
    ["HELLO 3 AUTH bob hunter2 SETNAME app", "HELLO ? AUTH ? ? SETNAME app"],
    ["CONFIG SET requirepass hunter2", "CONFIG SET requirepass ?"],
    ["ACL SETUSER bob on >hunter2 ~* +@all", "ACL SETUSER bob on >? ~* +@all"],
    ["MIGRATE h 6379 k 0 9 AUTH2 bob hunter2", "MIGRATE h ? k ? ? AUTH2 ? ?"],
    ["SET greeting hello world EX 60", "SET greeting ? ? ? ?"],
    ['SET greeting "hello world"', "SET greeting ?"],
    ["HSET users name Jane Doe", "HSET users name ? ?"],
    ["MULTI\r\nLPUSH queue Jane\nGET queue", "MULTI\r\nLPUSH queue ?\nGET queue"],
  ])("%s", (query, expected) => {
    expect(redact(query)).toBe(expected);
  });

  test.each([
    "GET greeting",
    "HSET users name [2 other arguments]",
    "SET search_path TO shop, public",
    "SET NAMES utf8mb4",
    "SET TRANSACTION ISOLATION LEVEL READ COMMITTED",
    "SET @a := b",
    "set nocount on",
    "SET a = b",
    "SELECT a FROM t\nSET x y z",
    "ping",
  ])("what stays: %s", (query) => {
    expect(redact(query)).toBe(query);
  });
});

describe("what stays as it is, byte for byte", () => {
  test.each([
    "SELECT * FROM users WHERE id = ? AND name IN (?, ?, ?)",
    'SELECT "public"."User"."id" FROM "public"."User" WHERE "public"."User"."email" = $1 LIMIT $2 OFFSET $3',
    'select count("id") from "users"',
    "UPDATE users SET password = :password, token = @p1, pwd = ?1 WHERE id = :1",
    "INSERT INTO `t1` (`a`, `b2`) VALUES (?, ?) ON DUPLICATE KEY UPDATE `a` = VALUES(`a`)",
    "SELECT [a].[b] FROM [dbo].[t] AS [a] WHERE [a].[password] = @__p_0",
    "SELECT a::int4, b::timestamptz FROM t1 JOIN t2 USING (id) WHERE c IS NULL AND d IS TRUE",
    "SELECT * FROM t /*traceparent='00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',route='%2Fcart'*/",
    "-- the cart of a customer\nSELECT * FROM carts",
    "BEGIN",
    "EXEC dbo.GetUser @id, @@ROWCOUNT",
    "HMSET user:? ? ?",
    "SELECT secret, token, password FROM credentials WHERE secret = token",
  ])("%s", (query) => {
    expect(redact(query)).toBe(query);
    expect(counted(redactText(query, "db.statement"))).toBe("");
  });
});

describe("around the literals", () => {
  test.each<[name: string, query: string, expected: string]>([
    [
      "a private key that looks like comments",
      `-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkq\n-----END PRIVATE KEY-----`,
      "?",
    ],
    [
      "a private key behind a command",
      "COPY k FROM -----BEGIN EC PRIVATE KEY-----\nMIIEvQIBADANBgkq\n-----END EC PRIVATE KEY-----",
      "?",
    ],
    ["a comment is scanned", "SELECT 1 /* for jane@leak.example */", "SELECT ? /* for ? */"],
    [
      "also for what is only likely",
      "SELECT a -- password=hunter2\nFROM t",
      "SELECT a -- password=?\nFROM t",
    ],
    ["a name that is certainly none", 'SELECT * FROM "jane@leak.example"', 'SELECT * FROM "?"'],
    ["what is no SQL is scanned", "LOGIN password=hunter2", "LOGIN password=?"],
  ])("%s", (_, query, expected) => {
    expect(redact(query)).toBe(expected);
  });

  test.each<[name: string, query: string, expected: string]>([
    [
      "a document",
      '{"find":"users","filter":{"n":"Jane","a":[1,true,null]}}',
      '{"find":"?","filter":{"n":"?","a":["?","?",null]}}',
    ],
    ["one that was cut off", '{"find":"users","filter":{"na', '{"find":"?","filter":{?'],
    ["a key that is data", '{"jane@leak.example":1}', '{"[REDACTED:email]":"?"}'],
    ["what only begins like one", "{call proc('Jane')}", "{call proc(?)}"],
  ])("a query in JSON keeps its keys: %s", (_, query, expected) => {
    expect(redact(query)).toBe(expected);
  });

  test("counts each literal", () => {
    expect(counted(redactText("SELECT 'a', 2", "db.query.text"))).toBe("2 content/mask");
  });

  test("a statement is found under other names and in JSON", () => {
    expect(redactText("SELECT 'a'", "sql").text).toBe("SELECT ?");
    expect(redactText(JSON.stringify({ sql: "SELECT 'a'\nFROM t" })).text).toBe(
      JSON.stringify({ sql: "SELECT ?\nFROM t" }),
    );
    expect(redactText(JSON.stringify({ sql: "SELECT 'a', 5 FROM t" })).text).toBe(
      '{"sql":"SELECT ?, ? FROM t"}',
    );
  });

  test("a rule that keeps the attribute keeps its literals", () => {
    const keeping = redactTexts(planOf("rules: [{ attribute: db.query.text, action: keep }]"));
    expect(keeping("SELECT 'a'", "db.query.text").text).toBe("SELECT 'a'");
  });
});

/** How each dialect writes a string and a name. */
const DIALECTS: Readonly<
  Record<string, { strings: readonly ((text: string) => string)[]; name: (text: string) => string }>
> = {
  MySQL: {
    strings: [
      (text) => `'${text.replace(/[\\']/g, "\\$&")}'`,
      (text) => `"${text.replace(/[\\"]/g, "\\$&")}"`,
      (text) => `'${text.replaceAll("\\", "\\\\").replaceAll("'", "''")}'`,
    ],
    name: (text) => `\`${text}\``,
  },
  "MySQL without quotes for names": {
    strings: [
      (text) => `"${text.replace(/[\\"]/g, "\\$&")}"`,
      (text) => `'${text.replace(/[\\']/g, "\\$&")}'`,
    ],
    name: (text) => text,
  },
  PostgreSQL: {
    strings: [
      (text) => `'${text.replaceAll("'", "''")}'`,
      (text) => `E'${text.replace(/[\\']/g, "\\$&")}'`,
      (text) => `$q$${text.replaceAll("$", "")}$q$`,
    ],
    name: (text) => `"${text}"`,
  },
  "SQL Server": {
    strings: [(text) => `N'${text.replaceAll("'", "''")}'`, (text) => `'${text.replaceAll("'", "''")}'`],
    name: (text) => `[${text}]`,
  },
  Oracle: {
    strings: [(text) => `q'[${text.replaceAll("]", "")}]'`, (text) => `'${text.replaceAll("'", "''")}'`],
    name: (text) => `"${text}"`,
  },
  SQLite: { strings: [(text) => `'${text.replaceAll("'", "''")}'`], name: (text) => `"${text}"` },
};

const SECRET = "Geheimrat";
const hostile = fc
  .array(
    fc.constantFrom(
      "'",
      '"',
      "\\",
      " ",
      "--",
      "#",
      "/*",
      "*/",
      "[",
      "]",
      "$$",
      "`",
      ",",
      "(",
      "x",
      "\n",
      "=",
      ";",
    ),
    { maxLength: 8 },
  )
  .map((parts) => parts.join(""));
const data = fc.tuple(hostile, hostile).map(([before, after]) => `${before}${SECRET}${after}`);

describe.each(Object.keys(DIALECTS))("any statement of %s", (dialect) => {
  const { strings, name } = DIALECTS[dialect]!;
  const literal = fc.tuple(fc.constantFrom(...strings), data).map(([write, text]) => write(text));
  const statement = fc
    .array(literal, { minLength: 1, maxLength: 4 })
    .chain((literals) =>
      fc.constantFrom(
        `SELECT ${name("a")}, ${literals.join(", ")} FROM ${name("t")} WHERE ${name("b")} = ${literals[0]}`,
        `INSERT INTO ${name("t")} (${name("a")}) VALUES (${literals.join(", ")})`,
        `UPDATE ${name("t")} SET ${name("a")} = ${literals.join(` WHERE ${name("b")} = `)}`,
      ),
    );

  test("no part of a literal is left, and the result stays as it is", () => {
    fc.assert(
      fc.property(statement, (query) => {
        expect(redact(query)).not.toContain(SECRET);
      }),
      { numRuns: 500 },
    );
  });

  test("cut anywhere: no part of a literal is left", () => {
    fc.assert(
      fc.property(statement, fc.nat(400), (query, cut) => {
        expect(redact(query.slice(0, cut))).not.toContain(SECRET);
      }),
      { numRuns: 500 },
    );
  });

  test("without quotes and backslashes in data, the tokens stay the same kinds, with parameters for literals", () => {
    const plain = fc.array(fc.constantFrom(...strings), { minLength: 1, maxLength: 3 }).map((writers) => {
      const list = writers.map((write) => write("Jane Doe")).join(", ");
      return `SELECT ${name("a1")}, t.b FROM ${name("t")} WHERE ${name("c")} IN (${list}) AND d >= 5`;
    });
    fc.assert(
      fc.property(plain, (query) => {
        const isName = (text: string) => text === '"a1"' || text === '"t"' || text === '"c"';
        const before = tokensOf(query).map(([kind, text]) =>
          kind === sql.STRING || kind === sql.NUMBER || (kind === sql.DOUBLE_QUOTED && !isName(text))
            ? [sql.PARAMETER, "?"]
            : [kind, text],
        );
        expect(tokensOf(redact(query))).toEqual(before);
      }),
    );
  });
});

function tokensOf(query: string): (readonly [number, string])[] {
  const tokens = new sql.SqlTokens();
  const bytes = Buffer.from(query);
  tokens.enter(bytes, 0, bytes.length, true);
  const found: (readonly [number, string])[] = [];
  for (let kind = tokens.next(); kind !== sql.END; kind = tokens.next()) {
    found.push([kind, bytes.toString("utf8", tokens.start, tokens.end)]);
    tokens.remember(kind);
  }
  return found;
}

test.each(["5.[a'", "``5.[a'``", '1.5.[b"', "t1.[a'b]", "SET  N' = q'[ AUTH "])(
  "the result of %s stays as it is",
  (query) => {
    redact(query);
  },
);

test("any text: the result stays as it is", () => {
  const pieces = fc.constantFrom(
    ..."AUTH |SET |HSET a |ACL |>x|MULTI\n|HELLO|IDENTIFIED|BY|SELECT|FROM|t1|'|''|\"|\\|`|[|]|[a|(|)|,|?|?1|$1|$$|$a$|:a|::|@p|--|-- |#|/*|*/|/*!|E'|N'|q'[|]'|5|1.5|TRUE|IS|AS|.|{|}|\n| |jane@leak.example|password=hunter2|[REDACTED:email]|=|é|a50e8400-e29b-41d4-a716-446655440000".split(
      "|",
    ),
  );
  const text = fc
    .tuple(fc.array(pieces, { maxLength: 14 }), fc.constantFrom("", " "))
    .map(([parts, separator]) => parts.join(separator));
  fc.assert(
    fc.property(text, (query) => {
      redact(query);
    }),
    { numRuns: 5000 },
  );
});

test.each([
  ["strings", "'Jane', "],
  ["open dollar quotes", "$a$ $b$ "],
  ["open comments", "/* a "],
  ["quotes behind backslashes", String.raw`'it\'s', '\', `],
  ["brackets", "[a [b "],
  ["line comments", "-- a\n"],
  ["double quotes", '"a", '],
  ["passwords", "IDENTIFIED BY a "],
  ["commands of Redis", "\nSET a b c"],
  ["open quotes of Redis", '\nAUTH "a'],
])("time grows with the query, not with its square: %s", (_, unit) => {
  const redactor = createRedactor(planOf("limits: { value_bytes_max: 1048576 }"));
  const prepare = (size: number) => {
    const query = Buffer.from(
      `${unit.startsWith("\n") ? "PING" : "SELECT"} ${unit.repeat(Math.ceil(size / unit.length))}`.slice(
        0,
        size,
      ),
    );
    return () => redactor.redactText(query, "db.query.text");
  };
  expect(exponentOf(prepare, 1_000_000)).toBeLessThan(EXPONENT_MAX);
});
