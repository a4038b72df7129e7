import { wordsOf } from "./name-table.ts";

/** Words in the names of cookies that sign their sender in, or stand for somebody who is. */
const SIGNED_IN: ReadonlySet<string> = new Set(
  (
    "access auth authentication authorization connect credential credentials csrf id identity jwt key login mfa " +
    "otp refresh remember saml secret sess session sessionid sid sig signed sso ticket token user xsrf"
  ).split(" "),
);

/** Ends of names that are written in one word: `JSESSIONID`, `PHPSESSID`, `csrftoken`, `authcookie`. */
const SIGNED_IN_ENDS: readonly string[] = ["auth", "session", "sessid", "sessionid", "sid", "token"];

/** What {@link https://www.rfc-editor.org/rfc/rfc6265 RFC 6265} and its successors let a server say of a cookie. */
const COOKIE_ATTRIBUTES: ReadonlySet<string> = new Set([
  "domain",
  "expires",
  "httponly",
  "max-age",
  "partitioned",
  "path",
  "priority",
  "samesite",
  "secure",
]);

/** Whether the name of a cookie says that whoever has its value is signed in, or known. */
export function isSessionCookie(name: string): boolean {
  const words = wordsOf(name);
  if (words.some((word) => SIGNED_IN.has(word))) return true;
  const joined = words.join("");
  return SIGNED_IN_ENDS.some((end) => joined.endsWith(end));
}

/** Whether a part of `Set-Cookie` says something about the cookie, rather than being one. */
export function isCookieAttribute(name: string): boolean {
  return COOKIE_ATTRIBUTES.has(name.toLowerCase());
}
