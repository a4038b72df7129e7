import { describe, expect, test } from "vitest";
import { planOf } from "../../test/plans.ts";
import { redactTexts } from "../../test/texts.ts";

const redact = redactTexts();
const lines = (...all: readonly string[]) => all.join("\n");

/** A text with `⟨…⟩` around what a key gives away, and what stands in its place by default. */
type Row = readonly [name: string, text: string, expected: string];

const CREDENTIAL = "[REDACTED:credential]";
const PASSWORD = "[REDACTED:password]";
const PERSON = "[REDACTED:direct_identifier]";
const PLACE = "[REDACTED:location]";

const SYNTAXES: Readonly<Record<string, readonly Row[]>> = {
  logfmt: [
    ["bare words", "user=jane email=jane.doe ok=1", `user=jane email=${PERSON} ok=1`],
    ["quotes", 'full_name="Jane Doe" n=1', `full_name="[REDACTED:person]" n=1`],
    ["escaped quotes", String.raw`secret="a\"b c" n=1`, `secret="${CREDENTIAL}" n=1`],
    ["a name without quotes", "full_name=Jane Doe, age=3", "full_name=[REDACTED:person], age=3"],
    ["signs in a value", "token=a=b== x", `token=${CREDENTIAL} x`],
    ["blanks around the sign", "email = jane.doe", `email = ${PERSON}`],
    ["a value in another's mark", "token=redacted:hunter2", `token=${CREDENTIAL}`],
    ["something stuck to a label", `otp=${CREDENTIAL}1234`, `otp=${CREDENTIAL}`],
    ["a header of an access log", '"GET /" session_id=ab12 200', `"GET /" session_id=${CREDENTIAL} 200`],
  ],
  "key: value": [
    ["a name", "Full name: Jane Doe logged in", "Full name: [REDACTED:person] logged in"],
    [
      "several",
      "first name: Jane, city: New York, n: 3",
      `first name: [REDACTED:person], city: ${PLACE}, n: 3`,
    ],
    ["a particle", "last name: van der Berg", `last name: ${PERSON}`],
    ["a street", "street: 12 Main Street, x", `street: ${PLACE}, x`],
    ["a user", "username: jane logged in", "username: [REDACTED:username] logged in"],
    ["escaped line ends", String.raw`a\nemail: jane.doe\nb`, String.raw`a\nemail: ${PERSON}\nb`],
    [
      "a key that ends in it",
      "shipping_address.postal_code: 10115",
      `shipping_address.postal_code: ${PLACE}`,
    ],
  ],
  JSON: [
    [
      "behind a prefix, by its paths",
      'payload={"user":{"email":"jane","name":"J D","n":1}} done',
      `payload={"user":{"email":"${PERSON}","name":"${PERSON}","n":1}} done`,
    ],
    ["a number", 'got {"password":5,"n":null} from x', `got {"password":"${CREDENTIAL}","n":null} from x`],
    ["cut off", 'got {"a":{"secret":"hun ter', `got {"a":{"secret":"${CREDENTIAL}`],
    ["broken", '{"email":"jane", oops x', `{"email":"${PERSON}", oops x`],
    ["behind other JSON", '{"n":1} then {"user":{"name":"J"}}', `{"n":1} then {"user":{"name":"${PERSON}"}}`],
    [
      "escaped",
      String.raw`body {\"user\":{\"email\":\"jane\"}} end`,
      String.raw`body {\"user\":{\"email\":\"${PERSON}\"}} end`,
    ],
    ["a text in a JSON string", '{"msg":"login email=jane.doe ok"}', `{"msg":"login email=${PERSON} ok"}`],
    [
      "a text with escapes in a JSON string",
      String.raw`{"msg":"login\nsecret=\"a b\" ok"}`,
      `{"msg":${JSON.stringify(`login\nsecret="${CREDENTIAL}" ok`)}}`,
    ],
    ["under a key that acts", 'credentials={"a":"b c"} x', `credentials=${CREDENTIAL} x`],
  ],
  "objects as programs print them": [
    ["Python", "{'email': 'jane', 'n': None}", `{'email': '${PERSON}', 'n': None}`],
    ["bytes of Python", "{'secret': b'jane'}", `{'secret': b'${CREDENTIAL}'}`],
    ["Ruby", '{:email=>"jane", "token"=>"x1"}', `{:email=>"${PERSON}", "token"=>"${CREDENTIAL}"}`],
    ["Go, a map", "map[email:jane.doe n:3]", `map[email:${PERSON} n:3]`],
    ["Go, a struct", "{Email:jane.doe Token:x1 N:3}", `{Email:${PERSON} Token:${CREDENTIAL} N:3}`],
    ["Java", "User{email='jane', otp=4711, n=3}", `User{email='${PERSON}', otp=${CREDENTIAL}, n=3}`],
    ["headers of Java", "{authorization=[Bearer x1], a=[b]}", `{authorization=${CREDENTIAL}, a=[b]}`],
    ["a map of Java", "{authorization=Bearer x1, a=b}", `{authorization=${CREDENTIAL}, a=b}`],
  ],
  HTTP: [
    [
      "a request",
      lines("GET / HTTP/1.1", "Host: h", "Authorization: Basic ab cd", "Cookie: a=b; s=c", "Accept: */*"),
      lines(
        "GET / HTTP/1.1",
        "Host: h",
        `Authorization: ${CREDENTIAL}`,
        `Cookie: ${CREDENTIAL}`,
        "Accept: */*",
      ),
    ],
    ["a cookie that is set", "Set-Cookie: sid=ab; Path=/; HttpOnly", `Set-Cookie: ${CREDENTIAL}`],
    ["several on a line", "X-Api-Key: abc, Accept: a/b", `X-Api-Key: ${CREDENTIAL}, Accept: a/b`],
    ["who is signed in", "X-Auth-Request-User: jane", `X-Auth-Request-User: ${PERSON}`],
    ["a query", "GET /a?page=2&token=ab%20c HTTP/1.1", "GET /a?page=2&token=REDACTED HTTP/1.1"],
    ["a parameter of the path", "GET /a;jsessionid=AB12?page=2", "GET /a;jsessionid=REDACTED?page=2"],
    ["a form", "user=jane&password=a%40b&email=j%40x&n=2", "user=jane&password=REDACTED&email=REDACTED&n=2"],
    ["a form that begins so", "password=a+b&n=2", "password=REDACTED&n=2"],
    ["a form of lists", "user[email]=a%40b&n=1 user[n]=2", "user[email]=REDACTED&n=1 user[n]=2"],
    [
      "folded headers",
      "Host: h\r\nCookie: a=b;\r\n\tc=d\r\nAuthorization:\r\n Bearer x1\r\nAccept: a/b",
      `Host: h\r\nCookie: ${CREDENTIAL}\r\nAuthorization:\r\n ${CREDENTIAL}\r\nAccept: a/b`,
    ],
    [
      "a folded header with escaped line ends",
      String.raw`Host: h\r\nAuthorization: Digest a,\r\n b="c"\r\nAccept: a/b`,
      String.raw`Host: h\r\nAuthorization: ${CREDENTIAL}\r\nAccept: a/b`,
    ],
    ["cookies alone", "theme=dark; sessionid=ab12; n=1", `theme=dark; sessionid=${CREDENTIAL}; n=1`],
  ],
  "connection strings": [
    ["ADO", "Server=db;Uid=sa;Pwd=p,w!d;Timeout=5", `Server=db;Uid=sa;Pwd=${CREDENTIAL};Timeout=5`],
    ["ODBC", "Driver={A B};Pwd={a;b};Server=x", `Driver={A B};Pwd={${CREDENTIAL}};Server=x`],
    [
      "parameters of a scheme",
      'Authorization: Digest username="Bo", realm="x", response="6629fae4"',
      `Authorization: ${CREDENTIAL}`,
    ],
    ["a brace in ODBC", "UID=sa;Pwd={a}}b;c};Server=x", `UID=sa;Pwd={${CREDENTIAL}};Server=x`],
    ["braces in braces", "x={Pwd={ab12}} end", `x={Pwd={${CREDENTIAL}}} end`],
    ["libpq", "host=db password='a b' dbname=x", `host=db password='${PASSWORD}' dbname=x`],
    [
      "JDBC, a query",
      "jdbc:mysql://db/s?user=a&password=x1&b=c",
      "jdbc:mysql://db/s?user=a&password=REDACTED&b=c",
    ],
    [
      "JDBC, semicolons",
      "jdbc:sqlserver://db;user=app;password=p@ss;encrypt=true",
      `jdbc:sqlserver://db;user=app;password=${PASSWORD};encrypt=true`,
    ],
  ],
  "command lines": [
    ["an option and a word", "run --password hunter2 --verbose", `run --password ${PASSWORD} --verbose`],
    ["an option with =", "run --api-key=ab12 -v", `run --api-key=${CREDENTIAL} -v`],
    ["an option and quotes", 'run --token "a b" -v', `run --token "${CREDENTIAL}" -v`],
    ["mysql", "mysql -u root -phunter2 shop", `mysql -u root -p${CREDENTIAL} shop`],
    ["mysql with quotes", "mysqldump -p'hun ter2' shop", `mysqldump -p'${CREDENTIAL}' shop`],
    [
      "curl",
      'curl -u bob:pw -H "Authorization: Bearer ab" https://x.example/',
      `curl -u ${CREDENTIAL} -H "Authorization: ${CREDENTIAL}" https://x.example/`,
    ],
    [
      "curl, options last",
      "curl 'https://x.example' -u 'bob:pw' | jq",
      `curl 'https://x.example' -u '${CREDENTIAL}' | jq`,
    ],
    ["sshpass", "sshpass -p hunter2 ssh host", `sshpass -p ${CREDENTIAL} ssh host`],
    ["redis-cli", "redis-cli -a s3cret PING", `redis-cli -a ${CREDENTIAL} PING`],
    ["docker", "docker login -u bob -p hunter2 r.example", `docker login -u bob -p ${PASSWORD} r.example`],
    ["a variable", "MYSQL_PWD=ab12 mysql", `MYSQL_PWD=${PASSWORD} mysql`],
  ],
  XML: [
    ["an element", "<user>bob</user><secret>a b</secret>", `<user>bob</user><secret>${CREDENTIAL}</secret>`],
    [
      "a name space and attributes",
      '<o:pin_code t="x">a&amp;b</o:pin_code>',
      `<o:pin_code t="x">${CREDENTIAL}</o:pin_code>`,
    ],
    ["an attribute", '<user secret="a b" n="1"/>', `<user secret="${CREDENTIAL}" n="1"/>`],
    ["a key in an attribute", '<entry key="secret">a b</entry>', `<entry key="secret">${CREDENTIAL}</entry>`],
    ["a form", '<input name="secret" value="a b">', `<input name="secret" value="${CREDENTIAL}">`],
    ["character data", "<secret><![CDATA[a<b]]></secret>", `<secret><![CDATA[${CREDENTIAL}]]></secret>`],
    ["cut off", "<secret>hunter", `<secret>${CREDENTIAL}`],
    [
      "elements in it",
      "<x><credentials> <a>b</a><credentials>c</credentials> </credentials></x>",
      `<x><credentials> ${CREDENTIAL} </credentials></x>`,
    ],
    [
      "a value in an element",
      "<secret>\n<value>a b</value></secret>",
      `<secret>\n<value>${CREDENTIAL}</value></secret>`,
    ],
    ["a value before its name", '<p value="a b" name="secret"/>', `<p value="${CREDENTIAL}" name="secret"/>`],
    [
      "a value behind its name",
      "<key>secret</key>\n<string>a b</string>",
      `<key>secret</key>\n<string>${CREDENTIAL}</string>`,
    ],
    [
      "a value two deep behind its name",
      "<name>secret</name><value><string>a b</string></value>",
      `<name>secret</name><value><string>${CREDENTIAL}</string></value>`,
    ],
    [
      "SAML",
      '<s:Attribute Name="full_name"><s:AttributeValue>Jane Doe</s:AttributeValue></s:Attribute>',
      `<s:Attribute Name="full_name"><s:AttributeValue>${PERSON}</s:AttributeValue></s:Attribute>`,
    ],
  ],
  YAML: [
    [
      "a member",
      lines("db:", "  user: app", "  secret: correct horse", "  port: 1"),
      lines("db:", "  user: app", `  secret: ${CREDENTIAL}`, "  port: 1"),
    ],
    [
      "a block",
      lines("a:", "  private_key: |", "    one", "", "    two", "  b: c"),
      lines("a:", `  private_key: ${CREDENTIAL}`, "  b: c"),
    ],
    ["a list", lines("- email: jane", "- email: joan"), lines(`- email: ${PERSON}`, `- email: ${PERSON}`)],
    [
      "a block with a tag and a comment",
      lines("a:", "  secret: !!str |- # why", "    one", "  b: c"),
      lines("a:", `  secret: ${CREDENTIAL}`, "  b: c"),
    ],
    [
      "a block with escaped line ends",
      String.raw`a:\n  secret: |\n    one\n    two\n  b: c`,
      String.raw`a:\n  secret: ${CREDENTIAL}\n  b: c`,
    ],
    [
      "a text that goes on",
      lines("a:", "  secret: one", "    two", "  b: c"),
      lines("a:", `  secret: ${CREDENTIAL}`, "  b: c"),
    ],
    [
      "a text on the next line",
      lines("a:", "  secret:", "    one 2", "  b: c"),
      lines("a:", "  secret:", `    ${CREDENTIAL}`, "  b: c"),
    ],
    [
      "a list under a key",
      lines("passwords:", "- one", "- two", "b: c"),
      lines("passwords:", `- ${CREDENTIAL}`, "b: c"),
    ],
    [
      "a map under a key",
      lines("a:", "  credentials:", "    x: one", "    y: two", "  b: c"),
      lines("a:", "  credentials:", `    ${CREDENTIAL}`, "  b: c"),
    ],
    ["a list in brackets", lines("b: c", "passwords: [one, two]"), lines("b: c", `passwords: ${CREDENTIAL}`)],
    [
      "a name and its value",
      lines("env:", "  - name: FULL_NAME", "    value: Jane Doe", "  - name: N", "    value: a"),
      lines("env:", "  - name: FULL_NAME", `    value: ${PERSON}`, "  - name: N", "    value: a"),
    ],
  ],
  "names and values apart": [
    [
      "Python",
      "{'name': 'Authorization', 'value': 'a b'}",
      `{'name': 'Authorization', 'value': '${CREDENTIAL}'}`,
    ],
    [
      "JavaScript",
      lines("{", "  name: 'secret',", "  value: 'a b'", "}"),
      lines("{", "  name: 'secret',", `  value: '${CREDENTIAL}'`, "}"),
    ],
    [
      "escaped JSON",
      String.raw`got {\"key\":\"secret\",\"value\":\"a b\"} x`,
      String.raw`got {\"key\":\"secret\",\"value\":\"${CREDENTIAL}\"} x`,
    ],
    [
      "a tuple",
      "[('Authorization', 'Bearer x1'), ('n', 'b')]",
      `[('Authorization', '${CREDENTIAL}'), ('n', 'b')]`,
    ],
    ["a tuple of bytes", "(b'x-api-key', b'x1')", `(b'x-api-key', b'${CREDENTIAL}')`],
    [
      "a multipart form",
      '--b\r\nContent-Disposition: form-data; name="secret"\r\nContent-Type: text/plain\r\n\r\na\r\nb\r\n--b--',
      `--b\r\nContent-Disposition: form-data; name="secret"\r\nContent-Type: text/plain\r\n\r\n${CREDENTIAL}\r\n--b--`,
    ],
    [
      "an escaped multipart form",
      String.raw`--b\r\nContent-Disposition: form-data; name=\"secret\"\r\n\r\na b\r\n--b--`,
      String.raw`--b\r\nContent-Disposition: form-data; name=\"secret\"\r\n\r\n${CREDENTIAL}\r\n--b--`,
    ],
    [
      "PostgreSQL",
      "Key (full_name)=(Jane Doe) already exists.",
      `Key (full_name)=(${PERSON}) already exists.`,
    ],
    [
      "PostgreSQL, several columns",
      "Key (tenant_id, full_name)=(7, Jane) already exists.",
      `Key (tenant_id, full_name)=(7, ${PERSON}) already exists.`,
    ],
    [
      "PostgreSQL, a comma in a value",
      "Key (full_name, n)=(Doe, Jane, 7) already exists.",
      `Key (full_name, n)=(${PERSON}) already exists.`,
    ],
    [
      "MySQL",
      "Duplicate entry 'Jane Doe' for key 'users.full_name_unique'",
      `Duplicate entry '${PERSON}' for key 'users.full_name_unique'`,
    ],
  ],
  Markdown: [
    ["bold with its colon", "**Email:** jane", `**Email:** ${PERSON}`],
    ["bold", "- **Email**: jane", `- **Email**: ${PERSON}`],
  ],
  SQL: [
    ["a literal", "WHERE email = 'jane' AND n = 1", `WHERE email = '${PERSON}' AND n = 1`],
    ["an account", "CREATE USER a IDENTIFIED BY 'x1y2' x", `CREATE USER a IDENTIFIED BY '${CREDENTIAL}' x`],
    ["a doubled quote", "SET last_name = 'O''Neil', n = 1", `SET last_name = '${PERSON}', n = 1`],
  ],
};

describe.each(Object.entries(SYNTAXES))("%s", (_, rows) => {
  test.each(rows)("%s", (_, text, expected) => {
    expect(redact(text).text).toBe(expected);
  });
});

describe("what only looks like a pair stays", () => {
  test.each([
    // nothing
    "mysql -p'' shop",
    "curl -u '' x",
    // sentences
    "user: must not be empty",
    "password: must not be empty",
    "password: invalid",
    "email: is required, phone: is missing",
    "error: email is required",
    "token expired",
    "token: unexpected }",
    "Authorization: denied for user 7",
    "secret: my-config-map",
    "credentials: none found",
    "email: delivery failed",
    "has password: yes",
    "page token: CAUQAA",
    lines("errors:", "  email: must be valid", "  password: cannot be blank"),
    // names of other things
    "name=checkout-7d9f",
    "address: 10.0.0.1:8080",
    "lat=12ms",
    "dsn=2.0.0, status=sent",
    "deviceId=3",
    "std::token::next(x)",
    "email_count=7 password_changed=true max_token=5",
    "ip: 10.0.0.5 remote_addr=web-1.internal",
    "emails: 3 sent, secrets=12",
    // names of values
    "email=$1 token=:token secret=@secret phone=?",
    "token=os.environ['TOKEN'] secret=getSecret()",
    "ON a.email = b.email",
    "login(email=email, token=token)",
    `token=\${TOKEN} secret={{ secret }}`,
    "token=Token{a64f992 ActivityRecord{x}}",
    "activity token: android.os.BinderProxy@2bd79ce",
    // nothing there
    "email= next=1",
    "email=",
    'email=""',
    "password:",
    lines("password:", "x"),
    '{} {0} [] {"',
    "<password></password>",
    "ssh -p 22 host",
    "docker run -p 80:80 nginx",
    "mysql -p shop",
    "curl -u https://x.example",
    "run --password --verbose",
    "run --user bob",
    // lists of errors, forms, frames, code
    lines("errors:", "  password:", "    - can't be blank", "    - is too short", "  email: must be valid"),
    lines("Token:", "  expired", "Retry: 3"),
    lines("Email:", "  Please enter your email", ""),
    lines("password: x1", "\tat com.shop.Login(Login.java:1)").replace("x1", "invalid"),
    "usage: app <user> <password> <host>",
    "<field><name>email</name><type>string</type></field>",
    '<label for="password">Password</label>',
    '<input type="password" name="password"/>',
    "const f = (token) => { return token.x }",
    "args ('abc', 'def'), {'name': 'a', 'value': 'b'}",
    "Key (id)=(42) already exists.",
    "Duplicate entry '42' for key 'PRIMARY'",
    "users identified by 'email'",
    'Content-Disposition: form-data; name="file"; filename="a"\r\n\r\nb\r\n--c',
    // what is there already
    "user '[REDACTED:email]': not found",
    "[REDACTED:password]: x1",
    "email=[REDACTED:email], token=[WITHHELD:structure]",
    "GET /?token=REDACTED",
  ])("%s", (text) => {
    expect(redact(text).text).toBe(text);
  });
});

describe("a finding and a key", () => {
  test("a finding that covers the value says more than the class", () => {
    expect(redact("email=jane@shop.example").text).toBe("email=[REDACTED:email]");
  });

  test("a value takes the findings inside it", () => {
    expect(redact('contact_name="Jane <jane@shop.example>"').text).toBe(`contact_name="${PERSON}"`);
  });

  test("a value grows by a finding that reaches out of it", () => {
    expect(redact("account_number=4111 1111 1111 1111 ok").text).toBe(
      "account_number=[REDACTED:credit_card] ok",
    );
  });

  test("a rule for the key decides before the finding", () => {
    const dropping = redactTexts(planOf("rules: [{ attribute: email, action: { replace: gone } }]"));
    expect(dropping("email=jane@shop.example x").text).toBe("email=gone x");
  });

  test("a rule that keeps a key leaves its value to the detectors", () => {
    const keeping = redactTexts(planOf("rules: [{ attribute: secret, action: keep }]"));
    expect(keeping("secret=hello email=jane").text).toBe(`secret=hello email=${PERSON}`);
  });
});

describe("actions", () => {
  const under = (action: string, text: string) =>
    redactTexts(planOf(`rules: [{ attribute: nick, action: ${action} }]`))(text).text;

  test.each<[action: string, text: string, expected: string]>([
    ["{ mask: { keep_last: 2 } }", "nick=janedoe x", "nick=****oe x"],
    ["{ replace: gone fishing }", "nick=jane, x", "nick=gone fishing, x"],
    ["{ replace: 'a \"b\" & <c>' }", '<u nick="jane"/>', '<u nick="a &#34;b&#34; &#38; &#60;c&#62;"/>'],
    ["{ replace: 'a \"b\"' }", '"nick": "jane" x', String.raw`"nick": "a \"b\"" x`],
    ["{ replace: 'a b&c' }", "x=1&nick=jane&y=2", "x=1&nick=a%20b%26c&y=2"],
    ["{ truncate: 2 }", "nick=jane x", "nick=ja x"],
    ["drop", "nick=jane x", "nick=[REDACTED:content] x"],
  ])("%s on %s", (action, text, expected) => {
    expect(under(action, text)).toBe(expected);
  });

  test("a pseudonym is that of the attribute, however the value is written", () => {
    const pseudonymising = redactTexts(planOf("classes: { direct_identifier: pseudonym }"));
    const token = pseudonymising("Jane & co", "full_name").text;
    expect(pseudonymising('full_name="Jane & co" x').text).toBe(`full_name="${token}" x`);
    expect(pseudonymising("a=1&full_name=Jane+%26+co").text).toBe(`a=1&full_name=${token}`);
    expect(pseudonymising("<full_name>Jane &amp; co</full_name>").text).toBe(
      `<full_name>${token}</full_name>`,
    );
  });
});

test("past the candidates of a text the rest is withheld", () => {
  const small = redactTexts(planOf("limits: { candidates_max: 2 }"));
  expect(small("otp=12 otp=34 otp=56 x").text).toBe(
    `otp=${CREDENTIAL} otp=${CREDENTIAL}[WITHHELD:candidates]`,
  );
});

test("texts of attributes that are only looked through for what is certain are not read for pairs", () => {
  const checking = redactTexts(planOf("unknown: keep"));
  expect(checking("email=jane.doe", "k").text).toBe("email=jane.doe");
});
