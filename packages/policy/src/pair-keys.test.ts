import { describe, expect, test } from "vitest";
import { compilePolicy, parsePolicy } from "./index.ts";

/** Whether a text that has no finding wakes the reader of pairs. */
function wakes(text: string, policy = ""): boolean {
  const plan = compilePolicy([parsePolicy(`version: 1\ndetectors: { use: [] }\n${policy}`, "test.yaml")]);
  return plan.scanner.scan(Buffer.from(text)).woke;
}

describe("free text is read for pairs", () => {
  test.each([
    "email=x",
    '"email": "x"',
    String.raw`\"password\":\"x\"`,
    "DB_PASSWORD = x",
    "First name: Jane",
    "card-number: 1",
    "userEmail=x",
    "<ns:password>x</ns:password>",
    "X-Auth-Request-User: x",
    "user[password]=x",
    '<input name="password" value="x">',
    "run --secret-file x",
    "curl -u a:b",
    'payload={"a":1}',
    "'name': 'x', 'value': 'y'",
    "env:\n  - name: X\n    value: y",
    "<key>x</key> <string>y</string>",
    "[('xy', b'z')]",
    'Content-Disposition: form-data; name="x"',
    "Key (x)=(y) already exists.",
    "Duplicate entry 'x' for key 'y'",
    "CREATE USER x IDENTIFIED BY y",
    "**Email**: x",
  ])("where a key that acts leads to a value: %s", (text) => {
    expect(wakes(text)).toBe(true);
  });

  test.each([
    "request 8f2e handled by worker 3 in 12.5 ms",
    "email is required",
    "user=jane name=checkout-7d9f",
    "level=info msg=started port=8080",
    "invalid password for root",
    "took {} ms of {0}",
    "a -- b",
    "curls of hair",
    "return value: 5, for key in map: f(a)=b",
    'with "value" of x',
  ])("and not elsewhere: %s", (text) => {
    expect(wakes(text)).toBe(false);
  });

  test.each<[policy: string, text: string, expected: boolean]>([
    ["classes: { direct_identifier: scan }", "email=x", false],
    ["classes: { direct_identifier: scan }", "password=x", true],
    ["rules: [{ attribute: password, action: keep }]", "password=x", false],
    ["rules: [{ attribute: order.note, action: drop }]", "order_note: x", true],
    ["rules: [{ attribute: '*.nickname', action: mask }]", "Nickname: x", true],
    ["rules: [{ attribute: nickname, action: keep }]", "nickname: x", false],
    ["rules: [{ attribute: ['*', '!gadget'], action: mask }]", "gadget: x", false],
    ["aliases: { user.email: [adresse] }", "adresse=x", true],
    ["rules: [{ attribute: 'a+b', action: mask }]", "aab=x", false],
  ])("as the policy says: %s, %s: %s", (policy, text, expected) => {
    expect(wakes(text, policy)).toBe(expected);
  });

  test("of a policy that changes nothing by key none is", () => {
    const classes = ["credential", "direct_identifier", "location", "payload", "client_address"];
    const policy = `classes: { ${classes.map((name) => `${name}: scan`).join(", ")} }\n`;
    expect(wakes("email=x password=y", policy)).toBe(false);
  });
});
