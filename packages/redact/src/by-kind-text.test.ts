import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { EXPONENT_MAX, exponentOf } from "../../../test/measure/linear-time.ts";
import { attribute, logsOf, value } from "../test/otlp.ts";
import { POLICIES, planOf } from "../test/plans.ts";
import { redactTexts } from "../test/texts.ts";
import { createRedactor } from "./index.ts";

const SCANNED = `rules:
  - attribute: [http.request.header.cookie, http.response.header.set-cookie, process.command_line, process.command_args, http.request.body.content]
    action: scan
`;
const redactText = redactTexts(planOf(SCANNED));
const redact = (key: string) => (text: string) => redactText(text, key).text;

const CREDENTIAL = "[REDACTED:credential]";
const SESSION = ["q7Zk", "2mPx", "9tRv", "4cLs"].join("");

describe("cookies", () => {
  const cookies = redact("http.request.header.cookie");

  test.each<[name: string, text: string, expected: string]>([
    [
      "a session",
      `theme=dark; connect.sid=s%3Aab.cd; lang=en-US`,
      `theme=dark; connect.sid=${CREDENTIAL}; lang=en-US`,
    ],
    [
      "sessions in one word",
      "JSESSIONID=1; PHPSESSID=2; csrftoken=3; a=4",
      `JSESSIONID=${CREDENTIAL}; PHPSESSID=${CREDENTIAL}; csrftoken=${CREDENTIAL}; a=4`,
    ],
    [
      "a name with a prefix",
      "__Host-session=1;__Secure-next-auth.session-token=x",
      `__Host-session=${CREDENTIAL};__Secure-next-auth.session-token=${CREDENTIAL}`,
    ],
    ["what could be a key, whatever its name", `v=${SESSION}; w=dark`, `v=${CREDENTIAL}; w=dark`],
    [
      "what another attribute of that name would get",
      "email=jane; city=Bonn",
      "email=[REDACTED:direct_identifier]; city=[REDACTED:location]",
    ],
    ["a finding", "a=jane@leak.example; b=1", "a=[REDACTED:email]; b=1"],
    ["an encoded finding", "a=to%20jane%40leak.example; b=%7E", "a=to%20REDACTED; b=%7E"],
    ["a value in quotes", `sid="a b"; b="c"`, `sid="${CREDENTIAL}"; b="c"`],
    ["a value without a name", `${SESSION}; b=1`, `${CREDENTIAL}; b=1`],
    ["JSON in a value", 'p={"password":"x"}; b=1', `p={"password":"${CREDENTIAL}"}; b=1`],
    ["an empty one", "sid=; =; ;a=1", "sid=; =; ;a=1"],
  ])("%s", (_, text, expected) => {
    expect(cookies(text)).toBe(expected);
  });

  test.each<[name: string, text: string, expected: string]>([
    [
      "what is said about a cookie stays",
      "sid=abc; Path=/; Max-Age=3600; Secure; HttpOnly; SameSite=Lax; Domain=shop.example",
      `sid=${CREDENTIAL}; Path=/; Max-Age=3600; Secure; HttpOnly; SameSite=Lax; Domain=shop.example`,
    ],
    [
      "a date with its comma",
      "theme=dark; Expires=Wed, 21 Oct 2026 07:28:00 GMT; Path=/",
      "theme=dark; Expires=Wed, 21 Oct 2026 07:28:00 GMT; Path=/",
    ],
    [
      "two behind a comma",
      "a=1; Path=/, sid=2; Expires=Wed, 21 Oct 2026 07:28:00 GMT, token=3",
      `a=1; Path=/, sid=${CREDENTIAL}; Expires=Wed, 21 Oct 2026 07:28:00 GMT, token=${CREDENTIAL}`,
    ],
    [
      "a cookie that is called as an attribute",
      "path=jane@leak.example; Path=/u/jane@leak.example",
      "path=[REDACTED:email]; Path=/u/[REDACTED:email]",
    ],
  ])("of a server: %s", (_, text, expected) => {
    expect(redact("http.response.header.set-cookie")(text)).toBe(expected);
  });

  test("each element of a list of headers is read", () => {
    const batch = logsOf(
      [],
      attribute("http.request.header.cookie", value.array(value.string("a=1; sid=x"), value.string("sid=y"))),
    );
    const { bytes } = createRedactor(planOf(SCANNED)).redact("logs", batch);
    expect(bytes.toString("latin1").split(CREDENTIAL)).toHaveLength(3);
    expect(bytes.includes("a=1; sid=")).toBe(true);
  });

  test("by default the header goes whole", () => {
    expect(redactTexts()("a=1; sid=x", "http.request.header.cookie").text).toBe(CREDENTIAL);
  });
});

describe("headers", () => {
  const headers = redactTexts();
  const redactHeaders = (text: string) => headers(text, "headers").text;

  test.each<[name: string, text: string, expected: string]>([
    [
      "a block",
      "Accept: */*\r\nAuthorization: Basic x\r\nHost: shop.example",
      `Accept: */*\r\nAuthorization: ${CREDENTIAL}\r\nHost: shop.example`,
    ],
    ["a header that nobody knows", "X-Shop-Blob: 7\nAge: 7", `X-Shop-Blob: ${CREDENTIAL}\nAge: 7`],
    ["a header over two lines", "Cookie: a=1;\r\n b=2\r\nAge: 7", `Cookie: ${CREDENTIAL}\r\nAge: 7`],
    ["a URL", "Referer: https://h/?token=t0k&id=7", "Referer: https://h/?token=REDACTED&id=7"],
    ["an address", "X-Forwarded-For: 203.0.113.7", "X-Forwarded-For: 203.0.113.0"],
    [
      "a request with its body",
      "POST /pay?token=t0k HTTP/1.1\r\nHost: h\r\n\r\nname=Jane",
      "POST /pay?token=REDACTED HTTP/1.1\r\nHost: h\r\n\r\n[REDACTED:payload]",
    ],
    [
      "a response",
      "HTTP/1.1 200 OK\nServer: nginx\nSet-Cookie: a=b",
      `HTTP/1.1 200 OK\nServer: nginx\nSet-Cookie: ${CREDENTIAL}`,
    ],
    ["pseudo headers", ":path: /a?token=t0k\n:method: GET", ":path: /a?token=REDACTED\n:method: GET"],
    [
      "JSON",
      '{"Accept":"*/*","cookie":["a=b"],"x-shop-blob":"7"}',
      `{"Accept":"*/*","cookie":"${CREDENTIAL}","x-shop-blob":"${CREDENTIAL}"}`,
    ],
    ["a list of lines in JSON", '["Accept: */*","Cookie: a=b"]', `["Accept: */*","Cookie: ${CREDENTIAL}"]`],
    ["what is none", "none of jane@leak.example", "none of [REDACTED:email]"],
  ])("%s", (_, text, expected) => {
    expect(redactHeaders(text)).toBe(expected);
  });
});

describe("bodies, where a policy has them scanned", () => {
  const body = redact("http.request.body.content");

  test.each<[name: string, text: string, expected: string]>([
    [
      "a form",
      "name=x&password=hunter2&email=j%40leak.example&n=1",
      "name=x&password=REDACTED&email=REDACTED&n=1",
    ],
    ["JSON", '{"password":"x","n":1}', `{"password":"${CREDENTIAL}","n":1}`],
    ["text", "write to jane@leak.example = me", "write to [REDACTED:email] = me"],
  ])("%s", (_, text, expected) => {
    expect(body(text)).toBe(expected);
  });
});

describe("command lines", () => {
  const command = redact("process.command_line");

  test.each<[text: string, expected: string]>([
    ["app --password=hunter2 --port=80", `app --password=${CREDENTIAL} --port=80`],
    ["app --db-password hunter2 --port 80 run", `app --db-password ${CREDENTIAL} --port 80 run`],
    ["app --password 'open sesame' x", `app --password '${CREDENTIAL}' x`],
    ['app --password="open sesame" x', `app --password="${CREDENTIAL}" x`],
    ["app --password 12345678", `app --password ${CREDENTIAL}`],
    ["mysql -u root -phunter2 shop", `mysql -u ${CREDENTIAL} -p${CREDENTIAL} shop`],
    ["docker run -p 8080:80 -p9090:90 shop", "docker run -p 8080:80 -p9090:90 shop"],
    ["find / -print -path /tmp", "find / -print -path /tmp"],
    ["PGPASSWORD=hunter2 psql -h db", `PGPASSWORD=${CREDENTIAL} psql -h db`],
    [
      "java -Dspring.datasource.password=x -Xmx1g -jar a.jar",
      `java -Dspring.datasource.password=${CREDENTIAL} -Xmx1g -jar a.jar`,
    ],
    ["curl -u jane:hunter2 https://h/?token=t0k", `curl -u ${CREDENTIAL} https://h/?token=REDACTED`],
    [
      "curl -H 'Authorization: Bearer x' -H 'Accept: */*' h",
      `curl -H 'Authorization: ${CREDENTIAL}' -H 'Accept: */*' h`,
    ],
    ["app --copy jane@leak.example", "app --copy [REDACTED:email]"],
    ['["app","--password","open sesame","-v"]', `["app","--password","${CREDENTIAL}","-v"]`],
    [
      "node --max-old-space-size=4096 server.js --verbose",
      "node --max-old-space-size=4096 server.js --verbose",
    ],
    ["app --password", "app --password"],
  ])("%s", (text, expected) => {
    expect(command(text)).toBe(expected);
  });

  test("in a list of arguments an option says what the next one is", () => {
    const list = ["app", "--password", "open sesame", "--port", "80", "--token=a b", "-p", "", "x y"];
    const batch = logsOf(
      [],
      attribute("process.command_args", value.array(...list.map((text) => value.string(text)))),
    );
    const redactor = createRedactor(planOf(SCANNED));
    const { bytes } = redactor.redact("logs", batch);
    const text = bytes.toString("latin1");
    expect(text).not.toMatch(/sesame|a b/);
    expect(text.split(CREDENTIAL)).toHaveLength(3);
    expect(redactor.redact("logs", bytes).bytes).toBe(bytes);
  });
});

const KEYS = [
  "headers",
  "http.request.header.cookie",
  "http.response.header.set-cookie",
  "process.command_line",
  "http.request.body.content",
];

test.each(KEYS)("any text as %s: redacting again changes nothing", (key) => {
  const pieces = fc.constantFrom(
    ...[
      ..."=;,:&-?%\"'\\[]{}",
      " ",
      "\n",
      "\r\n",
      "\r\n\r\n",
      "sid",
      "a",
      "Cookie",
      "Accept",
      "x-k",
      "Path",
      "Expires=Wed",
      "--password",
      "-p",
      "-u",
      "--header",
      "jane@leak.example",
      "203.0.113.7",
      "https://h/?token=x",
      "%40",
      "%",
      "HTTP/1.1",
      "GET /",
      "hunter2",
      "8080",
      "[REDACTED:credential]",
      "REDACTED",
      '"',
    ],
  );
  const text = fc
    .tuple(fc.array(pieces, { maxLength: 14 }), fc.constantFrom("", " "))
    .map(([parts, separator]) => parts.join(separator));
  for (const policy of [
    SCANNED,
    `${SCANNED}classes: { credential: { replace: gone } }`,
    SCANNED + POLICIES["pseudonym everywhere"],
    `${SCANNED}classes: { credential: { mask: { keep_last: 4 } }, content: { replace: "a;b" } }`,
  ]) {
    const redactUnder = redactTexts(planOf(policy));
    fc.assert(
      fc.property(text, (input) => {
        redactUnder(input, key);
      }),
      { numRuns: 1500 },
    );
  }
});

test.each(
  KEYS.flatMap((key) => ["a=1; ", "-p x ", "A: b\n", "a ", '"', "%40&"].map((unit) => [key, unit] as const)),
)("time grows with the text, not with its square: %s, %j", (key, unit) => {
  const redactor = createRedactor(planOf(`${SCANNED}limits: { value_bytes_max: 1048576 }`));
  const prepare = (size: number) => {
    const text = Buffer.from(unit.repeat(Math.floor(size / unit.length)));
    return () => redactor.redactText(text, key);
  };
  expect(exponentOf(prepare, 1_000_000)).toBeLessThan(EXPONENT_MAX);
});
