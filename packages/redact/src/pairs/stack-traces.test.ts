import { expect, test } from "vitest";
import { redactTexts } from "../../test/texts.ts";

const redact = redactTexts();

/** Traces as seven languages print them. What is personal or secret in their messages is in `⟨…⟩`. */
const TRACES: Readonly<Record<string, string>> = {
  Java: `java.lang.IllegalStateException: login failed, email=⟨jane.doe⟩, token: expired
	at com.shop.auth.TokenService.verify(TokenService.java:88)
	at com.shop.auth.Password$Check.lambda$run$0(Password.java:12) ~[auth-1.2.jar:?]
	at java.base/java.lang.Thread.run(Thread.java:1583)
Caused by: java.sql.SQLException: duplicate key, user_name=⟨jane⟩
	... 12 more`,
  Python: `Traceback (most recent call last):
  File "/srv/app/auth/password.py", line 42, in check_password
    raise InvalidToken(token=token, email=email)
auth.errors.InvalidToken: {'email': '⟨jane.doe⟩', 'attempt': 3}`,
  "Node.js": `Error: connect failed: Server=db;Pwd=⟨p,w1⟩;Timeout=5
    at TokenStore.password (/srv/app/token.js:10:15)
    at async Object.secret [as email] (node:internal/process/task_queues:95:5)
    at process.processTicksAndRejections (node:internal/process/task_queues:105:5) {
  code: 'ECONNREFUSED',
  email: '⟨jane.doe⟩'
}`,
  Go: `panic: login: map[email:⟨jane.doe⟩ n:3]

goroutine 1 [running]:
main.(*Token).Verify(0xc000012345, {0x4b2c1d, 0x5})
	/srv/app/token.go:17 +0x1b5
exit status 2`,
  ".NET": `System.InvalidOperationException: Login failed. Email=⟨jane.doe⟩; Attempt=3
   at Shop.Auth.TokenService.Verify(String token, String password) in /src/TokenService.cs:line 88
   at Shop.Auth.Email.<Send>d__3.MoveNext()
--- End of stack trace from previous location ---`,
  Ruby: `app/models/token.rb:12:in 'Token#verify': {:email=>"⟨jane.doe⟩", :n=>3} (Auth::InvalidToken)
	from app/models/email.rb:7:in 'block in Email.token'
	from bin/rails:4:in '<main>'`,
  PHP: `PHP Fatal error:  Uncaught PDOException: SQLSTATE[28000]: password=⟨s3cretpw1⟩ in /srv/app/Password.php:12
Stack trace:
#0 /srv/app/Token.php(33): PDO->__construct('mysql:host=db', Object(SensitiveParameterValue))
#1 {main}
  thrown in /srv/app/Password.php on line 12`,
};

test.each(Object.entries(TRACES))(
  "of a trace of %s only what its messages give away changes",
  (_, marked) => {
    const trace = marked.replace(/[⟨⟩]/g, "");
    const { text } = redact(trace);
    expect(text.replace(/\[REDACTED:\w+\]/g, "?")).toBe(marked.replace(/⟨.*?⟩/g, "?"));
    expect(text).not.toBe(trace);
  },
);

test("a trace whose message gives nothing away is the very text that came", () => {
  for (const marked of Object.values(TRACES)) {
    const frames = marked
      .split("\n")
      .filter((line) => !line.includes("⟨"))
      .join("\n");
    expect(redact(frames).text).toBe(frames);
  }
});
