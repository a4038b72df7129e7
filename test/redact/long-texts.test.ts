import { defaultPlan } from "@scrim/policy";
import { createRedactor } from "@scrim/redact";
import { describe, expect, test } from "vitest";

const redactor = createRedactor(defaultPlan());
const redact = (text: string, key?: string) => redactor.redactText(Buffer.from(text), key).bytes.toString();

/** A trace as each runtime prints it; `MESSAGE` is the part that a developer wrote. */
const TRACES: Readonly<Record<string, string>> = {
  Java: `java.lang.IllegalStateException: MESSAGE
	at com.shop.web.CheckoutController.submitOrder(CheckoutController.java:142)
	at java.base/java.lang.Thread.run(Thread.java:1583)
	... 12 more
Caused by: java.sql.SQLException: MESSAGE
	at org.postgresql.jdbc.PgStatement.execute(PgStatement.java:498) ~[postgresql-42.7.3.jar:42.7.3]`,
  JavaScript: `TypeError: MESSAGE
    at submitOrder (/srv/app/dist/checkout.js:14:23)
    at async Promise.all (index 0)
    at process.processTicksAndRejections (node:internal/process/task_queues:105:5)
    at file:///srv/app/node_modules/express/lib/router.mjs:284:15`,
  Python: `Traceback (most recent call last):
  File "/srv/app/shop/checkout.py", line 142, in submit_order
    charge(order.total)
  File "/usr/lib/python3.13/site-packages/requests/api.py", line 59, in request
    return session.request(method=method, url=url, **kwargs)
shop.errors.PaymentError: MESSAGE`,
  Go: `panic: MESSAGE

goroutine 1 [running]:
main.submitOrder(0xc000012345, {0x4b1234, 0x5})
	/srv/app/checkout.go:42 +0x1d
created by net/http.(*Server).Serve in goroutine 1
	/usr/local/go/src/net/http/server.go:3285 +0x4b4`,
  Ruby: `app/models/order.rb:42:in 'Order#submit': MESSAGE (PaymentError)
	from app/controllers/checkout_controller.rb:17:in 'CheckoutController#create'
	from /usr/lib/ruby/gems/3.4.0/gems/rack-3.1.8/lib/rack/builder.rb:277:in 'block in call'`,
  ".NET": `System.InvalidOperationException: MESSAGE
   at Shop.Web.CheckoutController.SubmitOrder(Order order) in /src/Shop/CheckoutController.cs:line 142
   at System.Threading.Tasks.Task.<>c.<ThrowAsync>b__128_0(Object state)
   --- End of inner exception stack trace ---`,
  PHP: `PHP Fatal error:  Uncaught RuntimeException: MESSAGE in /srv/app/src/Checkout.php:42
Stack trace:
#0 /srv/app/src/Controller.php(17): Shop\\Checkout->submit(Object(Order))
#1 {main}
  thrown in /srv/app/src/Checkout.php on line 42`,
  Rust: `thread 'main' panicked at src/checkout.rs:42:10:
MESSAGE
stack backtrace:
   0: rust_begin_unwind
             at /rustc/90b35a6239c3d8bdabc530a6a0816f7ff89a0aaf/library/std/src/panicking.rs:665:5
   1: shop::checkout::submit
             at ./src/checkout.rs:42:10`,
};

describe.each(Object.entries(TRACES))("a stack trace of %s", (_, trace) => {
  test.each([
    ["no customer jane@leak.example here", "no customer [REDACTED:email] here"],
    ["login with password=hunter2 failed", "login with password=[REDACTED:password] failed"],
    ["GET https://h/?token=t0kenAB12 failed", undefined],
  ])("keeps its frames, and the message is scanned: %s", (message, expected) => {
    const redacted = redact(trace.replaceAll("MESSAGE", message), "exception.stacktrace");
    if (expected !== undefined) expect(redacted).toBe(trace.replaceAll("MESSAGE", expected));
    else expect(redacted.split("\n")).toHaveLength(trace.split("\n").length);
  });

  test("without anything sensitive it stays byte for byte", () => {
    const text = trace.replaceAll("MESSAGE", "order 20260822131500 not found");
    expect(redact(text, "exception.stacktrace")).toBe(text);
    expect(redact(text)).toBe(text);
  });
});

const MAIL = `Received: from mx.leak.example (mx.leak.example [203.0.113.7])
	by mail.shop.example with ESMTPS id 4XkQ2b1z
From: "Jane Doe" <jane@leak.example>
To: support@leak.example, ops@leak.example
Subject: order 4711
Message-ID: <20260822131500.4711@leak.example>
Date: Sat, 22 Aug 2026 13:15:00 +0000
Content-Type: text/plain; charset=utf-8

please refund to DE89 3704 0044 0532 0130 00
-- 
Jane`;

test("an e-mail message keeps its headers; addresses in them and in its body go", () => {
  const redacted = redact(MAIL);
  expect(redacted).not.toMatch(/@leak\.example|DE89|203\.0\.113\.7/);
  expect(redacted.split("\n")).toHaveLength(MAIL.split("\n").length);
  expect(redacted).toContain("Subject: order 4711\n");
  expect(redacted).toContain(
    "Date: Sat, 22 Aug 2026 13:15:00 +0000\nContent-Type: text/plain; charset=utf-8\n\n",
  );
});

test("in a log of several lines each line stays one, JSON among them", () => {
  const log = `2026-08-22 13:15:00,123 INFO  start
{"level":"info","password":"hunter2"}
2026-08-22 13:15:01,456 WARN  retry for jane@leak.example
`;
  expect(redact(log)).toBe(
    log.replace("jane@leak.example", "[REDACTED:email]").replace('"hunter2"', '"[REDACTED:credential]"'),
  );
});

describe("JSON in text", () => {
  test.each<[name: string, text: string, expected: string]>([
    [
      "escaped twice",
      JSON.stringify({ m: JSON.stringify({ m: JSON.stringify({ full_name: "Jane" }) }) }),
      JSON.stringify({
        m: JSON.stringify({ m: JSON.stringify({ full_name: "[REDACTED:direct_identifier]" }) }),
      }),
    ],
    [
      "as a string of its own",
      JSON.stringify(JSON.stringify({ password: "hunter2" })),
      JSON.stringify(JSON.stringify({ password: "[REDACTED:credential]" })),
    ],
    ["cut off in a key", '{"a":"b","passw', '{"a":"b","passw'],
    ["cut off in an escape", '{"m":"to jane@leak.example\\u00', '{"m":"to [REDACTED:email]\\u00'],
    [
      "cut off in a nested document",
      '{"m":"{\\"password\\":\\"hun',
      '{"m":"{\\"password\\":\\"[REDACTED:password]',
    ],
    [
      "lines, the last one cut off",
      '{"password":"a b"}\n{"password":"c d',
      '{"password":"[REDACTED:credential]"}\n{"password":[WITHHELD:structure]',
    ],
    [
      "duplicates, one with escapes",
      String.raw`{"password":"a","p\u0061ssword":"b","pass\u0077ord":["c"]}`,
      String.raw`{"password":"[REDACTED:credential]","p\u0061ssword":"[REDACTED:credential]","pass\u0077ord":"[REDACTED:credential]"}`,
    ],
  ])("%s", (_, text, expected) => {
    expect(redact(text)).toBe(expected);
  });
});
