import { entryOf, type Judgement } from "./catalogue/judgement.ts";
import { CATALOGUE } from "./catalogue.ts";
import type { CatalogueEntry } from "./catalogue-entry.ts";
import type { AttributeName } from "./generated/attributes.ts";

/** Keys that mean the same as an attribute of the conventions wherever they stand: `billing.email`. */
interface Likeness {
  readonly like: AttributeName;
  readonly names: readonly string[];
}

/**
 * The ends of attribute names that are distinctive enough to mean the same under any path, and what
 * applications call them. Never generic ones: `id`, `name`, `type`, `address`, `key`, `value`, `code`.
 */
const LIKENESSES: readonly Likeness[] = [
  { like: "user.email", names: ["email", "e_mail", "email_address", "emails", "mail_address"] },
  {
    like: "user.full_name",
    names: [
      "account_holder_name",
      "cardholder_name",
      "contact_name",
      "customer_name",
      "employee_name",
      "full_name",
      "patient_name",
      "recipient_name",
    ],
  },
  { like: "user.name", names: ["login_name", "username", "user_name"] },
  { like: "user.id", names: ["user_id"] },
  { like: "geo.postal_code", names: ["postal_code", "post_code", "zip_code"] },
  { like: "geo.location.lat", names: ["lat", "latitude"] },
  { like: "geo.location.lon", names: ["lng", "lon", "longitude"] },
  { like: "geo.locality.name", names: ["city"] },
  {
    like: "client.address",
    names: [
      "client_ip",
      "ip",
      "ip_address",
      "ip_addr",
      "remote_addr",
      "remote_address",
      "remote_ip",
      "source_ip",
      "src_ip",
      "x_forwarded_for",
      "x_real_ip",
    ],
  },
  { like: "client.mac.address", names: ["mac_address", "mac_addr"] },
  { like: "user_agent.original", names: ["user_agent"] },
  { like: "device.id", names: ["advertising_id", "android_id", "device_id", "idfa"] },
  {
    like: "url.full",
    names: ["href", "redirect_uri", "redirect_url", "referer", "referrer", "request_uri", "uri", "url"],
  },
  { like: "url.query", names: ["query_string"] },
  { like: "db.query.text", names: ["query_text", "sql", "sql_query"] },
  {
    like: "db.connection_string",
    names: ["connection_string", "database_url", "db_url", "dsn", "redis_url"],
  },
  { like: "process.command_args", names: ["argv", "command_args"] },
  { like: "process.command_line", names: ["cmd_line", "command_line"] },
  { like: "process.environment_variable", names: ["environ", "environment_variables", "env_vars"] },
  { like: "http.request.body.content", names: ["req_body", "request_body", "request_payload"] },
  { like: "http.response.body.content", names: ["res_body", "response_body", "response_payload"] },
  { like: "exception.stacktrace", names: ["stack_trace"] },
];

/** Words that mean the same in every application, though no convention has them. */
const UNIVERSAL: readonly Judgement[] = [
  {
    class: "credential",
    reason: "a password, or what stands for one",
    names: [
      "db_pass",
      "hashed_password",
      "passcode",
      "passphrase",
      "passwd",
      "password",
      "password_confirm",
      "password_confirmation",
      "password_digest",
      "password_hash",
      "passwords",
      "pin_code",
      "pwd",
    ],
  },
  {
    class: "credential",
    reason: "a secret that programs share",
    names: [
      "access_key",
      "access_key_id",
      "api_key",
      "api_keys",
      "client_secret",
      "credential",
      "credentials",
      "encryption_key",
      "license_key",
      "private_key",
      "secret",
      "secret_access_key",
      "secret_key",
      "secrets",
      "signing_key",
      "webhook_url",
    ],
  },
  {
    class: "credential",
    reason: "whoever presents it is signed in",
    names: [
      "access_token",
      "auth_token",
      "authorization",
      "authorization_code",
      "bearer",
      "bearer_token",
      "client_assertion",
      "code_verifier",
      "csrf",
      "id_token",
      "jwt",
      "refresh_token",
      "saml_response",
      "token",
    ],
  },
  {
    class: "credential",
    reason: "an application's own session id is what its cookie holds: whoever has it is signed in",
    names: ["jsessionid", "phpsessid", "session_id", "session_key", "sessid"],
  },
  {
    class: "credential",
    reason: "a code that confirms one sign-in or payment",
    names: [
      "cvc",
      "cvv",
      "mfa_code",
      "one_time_password",
      "otp",
      "otp_code",
      "recovery_code",
      "recovery_codes",
      "security_code",
      "totp",
      "verification_code",
    ],
  },
  {
    class: "direct_identifier",
    reason: "a person's name",
    names: ["family_name", "first_name", "given_name", "last_name", "maiden_name", "middle_name", "surname"],
  },
  {
    class: "direct_identifier",
    reason: "reaches one person",
    names: [
      "cell_phone",
      "fax_number",
      "mobile_number",
      "mobile_phone",
      "msisdn",
      "phone",
      "phone_number",
      "phone_numbers",
      "phones",
      "telephone",
    ],
  },
  {
    class: "direct_identifier",
    reason: "a number that a state or an insurer gives to one person",
    names: [
      "driver_license",
      "drivers_license",
      "driving_licence",
      "insurance_number",
      "license_plate",
      "medical_record_number",
      "mrn",
      "national_id",
      "national_insurance_number",
      "passport_number",
      "patient_id",
      "social_security_number",
      "ssn",
      "tax_id",
      "tax_number",
    ],
  },
  {
    class: "direct_identifier",
    reason: "one person's card or account",
    names: [
      "account_number",
      "bank_account",
      "card_number",
      "cc_number",
      "credit_card",
      "credit_card_number",
      "debit_card",
      "iban",
      "primary_account_number",
    ],
  },
  {
    class: "direct_identifier",
    reason: "with nearly anything else it singles one person out, and nobody debugs with it",
    names: ["birth_date", "birthday", "date_of_birth", "dob"],
  },
  {
    class: "direct_identifier",
    reason: "one telephone or SIM card, and so its owner",
    names: ["iccid", "imei", "imsi"],
  },
  {
    class: "location",
    reason: "where somebody lives or is",
    names: [
      "address_line",
      "billing_address",
      "coordinates",
      "delivery_address",
      "geolocation",
      "gps",
      "home_address",
      "house_number",
      "mailing_address",
      "postal_address",
      "shipping_address",
      "street",
      "street_address",
      "street_name",
    ],
  },
  {
    class: "credential",
    kind: "cookie",
    reason: "whoever presents it is signed in",
    names: ["cookie", "cookies"],
  },
  {
    class: "credential",
    kind: "set_cookie",
    reason: "whoever presents it is signed in",
    names: ["set_cookie"],
  },
  {
    class: "content",
    kind: "headers",
    reason: "a dump of headers, each of which goes by its own name",
    names: ["headers"],
  },
];

/** Phrases that end in a sensitive word and mean something else. */
const ORDINARY: readonly string[] = [
  // A position in a list, not a right.
  "continuation_token",
  "cursor_token",
  "next_token",
  "page_token",
  "pagination_token",
  "skip_token",
  "sync_token",
  // A token of a language model or a parser, or the switch that stops a task.
  "bos_token",
  "cancellation_token",
  "eos_token",
  "first_token",
  "input_token",
  "max_token",
  "output_token",
  "pad_token",
  "per_token",
  "stop_token",
  "unk_token",
  // A machine's address, which service maps need.
  "bind_ip",
  "cluster_ip",
  "gateway_ip",
  "host_ip",
  "host_ip_address",
  "instance_ip",
  "listen_ip",
  "local_ip",
  "node_ip",
  "pod_ip",
  "private_ip",
  "server_ip",
  "server_ip_address",
  "service_ip",
];

/** Words before a sensitive one that make the whole a flag or a number: `has_password`, `num_phones`. */
const FLAGS_AND_COUNTS: ReadonlySet<string> = new Set(
  (
    "allow allows can disable disabled enable enabled has hide is missing need needs no require required " +
    "requires show supports use uses without avg count max mean min num total"
  ).split(" "),
);

/** Words after a sensitive one that leave it what it is: `email.value`. */
const TRANSPARENT: ReadonlySet<string> = new Set(["plain", "plaintext", "raw", "value", "values"]);

/** Every leaf as its table spells it. */
export const LEAVES: ReadonlyMap<string, CatalogueEntry> = new Map([
  ...LIKENESSES.flatMap(({ like, names }) => names.map((name) => [name, CATALOGUE.get(like)!] as const)),
  ...UNIVERSAL.flatMap((judgement) =>
    judgement.names.map((name) => [name, entryOf(judgement, name)] as const),
  ),
]);

/** The same without separators, as {@link leafOf} looks them up. */
const JOINED_LEAVES = new Map([...LEAVES].map(([name, entry]) => [joined(name), entry]));
const JOINED_ORDINARY = new Set(ORDINARY.map(joined));

/** Words of the longest leaf or ordinary phrase; camelCase may cut a word once more (`iBAN`). */
const PHRASE_WORDS_MAX = 4;

/**
 * The sensitive leaf that a key ends in, given the key's words. The longest phrase decides, so that
 * `next_page_token` is ordinary, and `email_count` ends in no leaf at all. A number at the end is taken for
 * an index: `address_line_2`, `emails[0]`.
 */
export function leafOf(words: readonly string[]): CatalogueEntry | undefined {
  const end = meaningfulEnd(words);
  for (let start = Math.max(0, end - PHRASE_WORDS_MAX); start < end; start++) {
    const phrase = withoutIndex(words.slice(start, end).join(""));
    if (JOINED_ORDINARY.has(phrase)) return undefined;
    const entry = JOINED_LEAVES.get(phrase);
    if (entry !== undefined) return FLAGS_AND_COUNTS.has(words[start - 1] ?? "") ? undefined : entry;
  }
  return undefined;
}

/** The end of the words without indexes and transparent ones; at least one word stays. */
function meaningfulEnd(words: readonly string[]): number {
  let end = words.length;
  while (end > 1 && (TRANSPARENT.has(words[end - 1]!) || withoutIndex(words[end - 1]!) === "")) end--;
  return end;
}

function withoutIndex(phrase: string): string {
  let end = phrase.length;
  while (end > 0 && phrase.charCodeAt(end - 1) >= 0x30 && phrase.charCodeAt(end - 1) <= 0x39) end--;
  return phrase.slice(0, end);
}

function joined(name: string): string {
  return name.replaceAll("_", "");
}
