import type { SensitivityClass } from "@scrim/detect";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { EXPONENT_MAX, exponentOf } from "../../../test/measure/linear-time.ts";
import { ALIASES } from "./aliases.ts";
import { CATALOGUE } from "./catalogue.ts";
import type { TextKind } from "./catalogue-entry.ts";
import { HEADERS, resolveHeader } from "./headers.ts";
import { LEAVES } from "./leaves.ts";
import { type Resolution, resolveAttribute } from "./resolve.ts";

type Row = readonly [key: string, name: string, sensitivity: SensitivityClass, kind?: TextKind];

const EXACT: readonly Row[] = [
  ["user.email", "user.email", "direct_identifier"],
  ["user.id", "user.id", "direct_identifier"],
  ["enduser.id", "enduser.id", "direct_identifier"],
  ["user.roles", "user.roles", "quasi_identifier"],
  ["session.id", "session.id", "quasi_identifier"],
  ["mcp.session.id", "mcp.session.id", "credential"],
  ["device.id", "device.id", "direct_identifier"],
  ["geo.postal_code", "geo.postal_code", "location"],
  ["geo.country.iso_code", "geo.country.iso_code", "quasi_identifier"],
  ["client.address", "client.address", "client_address"],
  ["source.address", "source.address", "client_address"],
  ["network.peer.address", "network.peer.address", "client_address"],
  ["net.peer.ip", "net.peer.ip", "client_address"],
  ["http.client_ip", "http.client_ip", "client_address"],
  ["server.address", "server.address", "endpoint"],
  ["net.peer.name", "net.peer.name", "endpoint"],
  ["server.port", "server.port", "endpoint"],
  ["client.port", "client.port", "endpoint"],
  ["host.ip", "host.ip", "endpoint"],
  ["url.full", "url.full", "content", "url"],
  ["url.path", "url.path", "content", "url"],
  ["url.query", "url.query", "content", "url_query"],
  ["http.url", "http.url", "content", "url"],
  ["http.target", "http.target", "content", "url"],
  ["http.route", "http.route", "harmless"],
  ["http.request.method", "http.request.method", "harmless"],
  ["http.response.status_code", "http.response.status_code", "harmless"],
  ["http.user_agent", "http.user_agent", "quasi_identifier"],
  ["user_agent.original", "user_agent.original", "quasi_identifier"],
  ["http.request.body.content", "http.request.body.content", "payload", "body"],
  ["http.request.header", "http.request.header", "credential"],
  ["db.query.text", "db.query.text", "content", "sql"],
  ["db.statement", "db.statement", "content", "sql"],
  ["db.connection_string", "db.connection_string", "credential"],
  ["exception.message", "exception.message", "content"],
  ["exception.stacktrace", "exception.stacktrace", "content"],
  ["gen_ai.input.messages", "gen_ai.input.messages", "payload"],
  ["gen_ai.tool.call.arguments", "gen_ai.tool.call.arguments", "payload"],
  ["gen_ai.usage.input_tokens", "gen_ai.usage.input_tokens", "harmless"],
  ["gen_ai.token.type", "gen_ai.token.type", "harmless"],
  ["process.command_args", "process.command_args", "credential", "command"],
  ["process.command_line", "process.command_line", "credential", "command"],
  ["service.name", "service.name", "infrastructure"],
  ["host.name", "host.name", "infrastructure"],
  ["k8s.pod.name", "k8s.pod.name", "infrastructure"],
  ["cloud.account.id", "cloud.account.id", "infrastructure"],
  ["aws.secretsmanager.secret.arn", "aws.secretsmanager.secret.arn", "infrastructure"],
  ["aspnetcore.identity.token_purpose", "aspnetcore.identity.token_purpose", "harmless"],
  ["messaging.kafka.message.key", "messaging.kafka.message.key", "payload"],
  ["messaging.destination.name", "messaging.destination.name", "infrastructure"],
];

const BY_TEMPLATE: readonly Row[] = [
  ["http.request.header.authorization", "http.request.header.authorization", "credential"],
  ["http.request.header.cookie", "http.request.header.cookie", "credential", "cookie"],
  ["http.response.header.set-cookie", "http.response.header.set-cookie", "credential", "set_cookie"],
  ["http.request.header.content-type", "http.request.header.content-type", "harmless"],
  ["http.request.header.Content_Type", "http.request.header.content-type", "harmless"],
  ["http.request.header.host", "http.request.header.host", "endpoint"],
  ["http.request.header.user_agent", "http.request.header.user-agent", "quasi_identifier"],
  ["http.request.header.X-Forwarded-For", "http.request.header.x-forwarded-for", "client_address"],
  ["http.request.header.forwarded", "http.request.header.forwarded", "client_address"],
  ["http.request.header.referer", "http.request.header.referer", "content", "url"],
  ["http.response.header.location", "http.response.header.location", "content", "url"],
  ["http.request.header.x-made-up", "http.request.header", "credential"],
  ["http.request.header.x.made.up", "http.request.header", "credential"],
  ["rpc.request.metadata.grpc-timeout", "rpc.request.metadata.grpc-timeout", "harmless"],
  ["rpc.connect_rpc.request.metadata.x-made-up", "rpc.connect_rpc.request.metadata", "credential"],
  ["rpc.response.trailer.grpc-status", "rpc.response.trailer.grpc-status", "harmless"],
  ["db.query.parameter.email", "db.query.parameter", "payload"],
  ["db.query.parameter.0", "db.query.parameter", "payload"],
  ["db.operation.parameter.index", "db.operation.parameter", "content"],
  ["process.environment_variable.PATH", "process.environment_variable", "credential"],
  ["k8s.pod.label.app.kubernetes.io/name", "k8s.pod.label", "content"],
  ["container.label.version", "container.label", "content"],
];

const BY_LEAF: readonly Row[] = [
  ["email", "user.email", "direct_identifier"],
  ["billing.email", "user.email", "direct_identifier"],
  ["customer.full_name", "user.full_name", "direct_identifier"],
  ["order.shipping_address", "shipping_address", "location"],
  ["order.customer.phone", "phone", "direct_identifier"],
  ["form.password", "password", "credential"],
  ["password", "password", "credential"],
  ["oauth.access_token", "access_token", "credential"],
  ["oauth.refresh_token", "refresh_token", "credential"],
  ["stripe.api_key", "api_key", "credential"],
  ["req.authorization", "authorization", "credential"],
  ["payment.card_number", "card_number", "direct_identifier"],
  ["payment.cvv", "cvv", "credential"],
  ["payment.iban", "iban", "direct_identifier"],
  ["patient.ssn", "ssn", "direct_identifier"],
  ["patient.date_of_birth", "date_of_birth", "direct_identifier"],
  ["device.position.latitude", "geo.location.lat", "location"],
  ["address.postal_code", "geo.postal_code", "location"],
  ["req.client_ip", "client.address", "client_address"],
  ["shop.req.url", "url.full", "content", "url"],
  ["req.query_string", "url.query", "content", "url_query"],
  ["app.sql", "db.query.text", "content", "sql"],
  ["req.headers", "headers", "content", "headers"],
  ["req.headers.x-api-key", "x-api-key", "credential"],
  ["req.headers.Host", "host", "endpoint"],
  ["response.headers.set_cookie", "set-cookie", "credential", "set_cookie"],
  ["php.session_id", "session_id", "credential"],
  ["k8s.pod.annotation.owner-email", "user.email", "direct_identifier"],
  ["container.label.com.example.api_key", "api_key", "credential"],
  ["db_pw", "db_pw", "credential"],
  ["correo_cliente", "user.email", "direct_identifier"],
  ["senha", "senha", "credential"],
  ["audit.user", "user", "quasi_identifier"],
  ["event.client.address", "client.address", "client_address"],
  ["context.enduser.id", "enduser.id", "direct_identifier"],
  ["event.http.request.header.cookie", "cookie", "credential", "cookie"],
  ["event.http.request.header.x-made-up", "http.request.header", "credential"],
  ["event.url.full", "url.full", "content", "url"],
];

const BY_SPELLING: readonly Row[] = [
  ["userEmail", "user.email", "direct_identifier"],
  ["user_email", "user.email", "direct_identifier"],
  ["USER-EMAIL", "user.email", "direct_identifier"],
  ["User.Email", "user.email", "direct_identifier"],
  ["useremail", "user.email", "direct_identifier"],
  ["customerFullName", "user.full_name", "direct_identifier"],
  ["customer_email", "user.email", "direct_identifier"],
  ["customer/email", "user.email", "direct_identifier"],
  ["emails[0]", "user.email", "direct_identifier"],
  ["email.value", "user.email", "direct_identifier"],
  ["contact.emailAddress", "user.email", "direct_identifier"],
  ["address_line_2", "address_line", "location"],
  ["user.FirstName", "first_name", "direct_identifier"],
  ["customer.name", "user.full_name", "direct_identifier"],
  ["card.number", "card_number", "direct_identifier"],
  ["DB_PASSWORD", "password", "credential"],
  ["newPassword", "password", "credential"],
  ["GITHUB_TOKEN", "token", "credential"],
  ["stripeApiKey", "api_key", "credential"],
  ["apikey", "api_key", "credential"],
  ["sessionId", "session_id", "credential"],
  ["http_method", "http.method", "harmless"],
  ["http_status_code", "http.status_code", "harmless"],
  ["httpRequestMethod", "http.request.method", "harmless"],
  ["server_address", "server.address", "endpoint"],
  ["service_name", "service.name", "infrastructure"],
  ["hostName", "host.name", "infrastructure"],
  ["k8s_pod_name", "k8s.pod.name", "infrastructure"],
  ["gen_ai_usage_input_tokens", "gen_ai.usage.input_tokens", "harmless"],
  ["db_statement", "db.statement", "content", "sql"],
  ["http_request_header_x_api_key", "http.request.header.x-api-key", "credential"],
  ["http_request_header_content_type", "http.request.header.content-type", "harmless"],
  ["http.request.headers.x-made-up", "http.request.header", "credential"],
  ["faas.invocation_id", "faas.invocation.id", "infrastructure"],
  ["request_id", "requestID", "infrastructure"],
  ["clientIPAddress", "client.address", "client_address"],
  ["password_reset_url", "url.full", "content", "url"],
  ["customer_eml", "user.email", "direct_identifier"],
  ["ccnum", "cc_num", "direct_identifier"],
  ["patientDOB", "dob", "direct_identifier"],
  ["kundenEmail", "user.email", "direct_identifier"],
  ["kundentelefon", "telefon", "direct_identifier"],
  ["Straße", "straße", "location"],
  ["numéro_de_téléphone", "numero_telephone", "direct_identifier"],
  ["codePostalEtablissement", "geo.postal_code", "location"],
  ["email_sha256", "user.hash", "quasi_identifier"],
  ["password_hash_value", "password_hash", "credential"],
];

const UNKNOWN: readonly (readonly [key: string, why: string])[] = [
  ["", "nothing there"],
  ["...", "no word"],
  ["order.id", "generic"],
  ["product.name", "generic"],
  ["customer.type", "generic"],
  ["cart.value", "generic"],
  ["cache.key", "generic"],
  ["wallet.address", "generic"],
  ["app.version", "generic"],
  ["order.error.type", "a name, but not sensitive"],
  ["email_count", "a count"],
  ["token_count", "a count"],
  ["tokens", "a count"],
  ["total_tokens", "a count"],
  ["num_phones", "a count"],
  ["email_verified", "a flag"],
  ["has_password", "a flag"],
  ["isEmail", "a flag"],
  ["requires_token", "a flag"],
  ["cookie_enabled", "a flag"],
  ["password_reset_at", "a time"],
  ["token_expires_at", "a time"],
  ["ip_version", "a kind"],
  ["address_family", "a kind"],
  ["token_type", "a kind"],
  ["card_type", "a kind"],
  ["email_domain", "part of it"],
  ["secret_name", "its name"],
  ["api_key_id", "its name"],
  ["password_policy", "about it"],
  ["next_page_token", "a position"],
  ["pagination.nextToken", "a position"],
  ["time_to_first_token", "a measurement"],
  ["cost_per_token", "a measurement"],
  ["cancellationToken", "a switch"],
  ["backend.server.ip", "a machine's"],
  ["podIP", "a machine's"],
  ["public_key", "meant to be public"],
  ["name", "generic"],
  ["id", "generic"],
  ["tenant.id", "generic"],
  ["company_name", "no person's"],
  ["mail_sent_at", "a time"],
  ["last_login_at", "a time"],
  ["phone_verified", "a flag"],
  ["has_opted_out_of_email", "a flag"],
  ["verified_email", "a flag"],
  ["user.password_expired", "a flag"],
  ["correo_verificado", "a flag"],
  ["phone_country_code", "a dialling code"],
  ["card_brand", "a kind"],
  ["tipo_documento", "a kind"],
  ["code_commune", "a kind"],
  ["correo_tipo", "a kind"],
  ["idempotency_token", "no right"],
  ["remaining_tokens", "a count"],
  ["partition_key", "another key"],
  ["host_address", "a machine's"],
  ["wallet_balance", "letters only"],
  ["primary_key", "another key"],
  ["keyboard", "letters only"],
  ["emailer", "letters only"],
  ["headphone", "letters only"],
  ["capacity", "letters only"],
  ["table.headers.total", "no header that we know"],
  ["csv.header.title", "no header that we know"],
];

describe.each([
  ["exact", EXACT],
  ["template", BY_TEMPLATE],
  ["leaf", BY_LEAF],
  ["spelling", BY_SPELLING],
] as const)("%s", (via, rows) => {
  for (const [key, name, sensitivity, kind = "plain"] of rows) {
    test(`${key} is known as ${name}: ${sensitivity}`, () => {
      const resolution = resolveAttribute(key);
      expect(resolution?.via).toBe(via);
      expect(resolution?.entry).toMatchObject({ name, class: sensitivity, kind });
    });
  }
});

test.each(UNKNOWN)("%j is not known: %s", (key) => {
  expect(resolveAttribute(key)).toBeUndefined();
});

/** What engineers look at while something is down: nothing by default may take it away. */
const LOOKED_AT: readonly string[] = (
  "account.id account_id agent.name app.screen.name caller cluster_ip code container.id correlation_id default_address dest_ip " +
  "driver_name error.code event.id file.name from_number guest_name holder_identity host host.ip host.name host_ip id image.name " +
  "jdbc_driver_name job_name key leader lease_holder listen_address member_name message_id name namespace node.name order_id " +
  "org_id owner parent.name parent_name partition_key path peer.service physical_address pid pin_number pod pod_ip " +
  "process.parent.name project_id queue.name receiver_name region reply_to request_id reset_reason resource_name route " +
  "screen_name sender_name server_name service service.instance.id session.id shard_key source span_id stage state " +
  "status.message subscriber_name table_name target_ip tenant.id thread_name trace_id upstream_addr user user.groups value " +
  "version virtual_address vm_name worker_name zone on_premise tenant_id customer_id cache_key server.address"
).split(" ");

test.each(LOOKED_AT)("%s is nothing that is masked by default", (key) => {
  const masked: readonly (SensitivityClass | undefined)[] = [
    "credential",
    "direct_identifier",
    "location",
    "payload",
  ];
  expect(masked).not.toContain(resolveAttribute(key)?.entry.class);
});

describe("aliases", () => {
  const aliases = new Map([
    ["usr.eml", "user.email"],
    ["pw", "password"],
    ["auth", "http.request.header.authorization"],
    ["shoe", "user.shoe_size"],
    ["user.email", "url.full"],
    ["billing.email", "url.full"],
  ]);

  test.each([
    ["usr.eml", "user.email"],
    ["pw", "password"],
    ["auth", "http.request.header.authorization"],
    ["billing.email", "url.full"],
  ])("%s stands for %s", (key, name) => {
    expect(resolveAttribute(key, aliases)).toMatchObject({ entry: { name }, via: "alias" });
  });

  test("an alias doesn't change what a name of the conventions means", () => {
    expect(resolveAttribute("user.email", aliases)?.via).toBe("exact");
  });

  test("an alias for a name that nobody knows says nothing", () => {
    expect(resolveAttribute("shoe", aliases)).toBeUndefined();
  });
});

describe("spellings", () => {
  const names = [...CATALOGUE.values()].filter(({ name }) => name !== "session.id");

  test.each([
    ["joined by underscores", (name: string) => name.replaceAll(".", "_")],
    ["joined by dashes", (name: string) => name.replaceAll(/[._]/g, "-")],
    ["in camelCase", (name: string) => name.replaceAll(/[._](.)/g, (_, first) => first.toUpperCase())],
    ["in capitals", (name: string) => name.toUpperCase()],
    ["joined by nothing", (name: string) => name.replaceAll(/[._]/g, "")],
  ])("every name %s keeps its class", (_, spell) => {
    const torn = names.filter((entry) => resolveAttribute(spell(entry.name))?.entry.class !== entry.class);
    expect(torn.map(({ name }) => name)).toEqual([]);
  });

  test("an application's own session id is a credential, the conventions' is not", () => {
    expect(resolveAttribute("session.id")?.entry.class).toBe("quasi_identifier");
    expect(resolveAttribute("session_id")?.entry.class).toBe("credential");
  });

  test("every leaf is known under any path", () => {
    for (const [leaf, entry] of LEAVES) {
      expect(resolveAttribute(`shop.${leaf}`)).toEqual({ entry, via: "leaf" });
    }
  });
});

describe("headers", () => {
  test("compare without case, and with _ as -", () => {
    for (const [name, entry] of HEADERS) {
      expect(resolveHeader(name.toUpperCase().replaceAll("-", "_"))).toBe(entry);
    }
  });

  test("one that nobody knows may carry a token", () => {
    expect(resolveHeader("x-made-up").class).toBe("credential");
    expect(resolveHeader("").class).toBe("credential");
  });
});

describe("any key", () => {
  const TABLES = [CATALOGUE, LEAVES, HEADERS, ALIASES];
  const pieces = [...TABLES.flatMap((table) => [...table.keys()]), ".", "_", "-", "A", "0", "[", "é"];
  const keys = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.array(fc.constantFrom(...pieces), { maxLength: 8 }).map((parts) => parts.join("")),
  );

  test("resolves to an entry of the tables, or to nothing", () => {
    const known = new Set(TABLES.flatMap((table) => [...table.values()]).map(classOf));
    fc.assert(
      fc.property(keys, (key) => {
        const resolution = resolveAttribute(key);
        expect(resolution === undefined || known.has(classOf(resolution.entry))).toBe(true);
      }),
    );
  });

  test("under a header's template is never less than a header", () => {
    fc.assert(
      fc.property(keys, (key) => {
        fc.pre(key !== "" && key.length < 900);
        expect(resolveAttribute(`http.request.header.${key}`)?.entry).toEqual(
          expect.objectContaining({ class: resolveHeader(key).class }),
        );
      }),
    );
  });

  test("of more than 1024 characters is unknown", () => {
    expect(resolveAttribute(`${"a".repeat(1018)}.email`)).toBeDefined();
    expect(resolveAttribute(`${"a".repeat(1019)}.email`)).toBeUndefined();
  });
});

describe("words", () => {
  const fillers = [
    "acme",
    "cart",
    "order",
    "thing",
    "count",
    "is",
    "type",
    "verified",
    "legacy",
    "hash",
    "new",
  ];
  const word = fc.constantFrom(
    ...fillers,
    ...[...LEAVES.keys()].flatMap((leaf) => leaf.split("_")).filter((part) => /^[a-z]{2,}$/.test(part)),
  );
  const SPELLINGS: Readonly<Record<string, (words: readonly string[]) => string>> = {
    kebab: (words) => words.join("-"),
    upper: (words) => words.join("_").toUpperCase(),
    camel: (words) => words.map((part, at) => (at === 0 ? part : capitalized(part))).join(""),
    pascal: (words) => words.map(capitalized).join(""),
    spaced: (words) => words.join(" "),
  };

  test("mean the same however a key joins them", () => {
    fc.assert(
      fc.property(fc.array(word, { minLength: 1, maxLength: 5 }), (words) => {
        const expected = sensitivityOf(words.join("_"));
        for (const [name, spell] of Object.entries(SPELLINGS)) {
          expect([name, sensitivityOf(spell(words))]).toEqual([name, expected]);
        }
      }),
      { numRuns: 2000 },
    );
  });

  test("of a leaf mean the same below a path as in one name with it", () => {
    for (const leaf of LEAVES.keys()) {
      expect([leaf, sensitivityOf(`acme.${leaf}`)]).toEqual([leaf, sensitivityOf(`acme_${leaf}`)]);
    }
  });

  test("with marks are the same words", () => {
    expect(sensitivityOf("numéroDeTéléphone")).toBe("direct_identifier");
    expect(sensitivityOf("e\u0301mail")).toBe("direct_identifier");
  });

  function capitalized(part: string): string {
    return part.charAt(0).toUpperCase() + part.slice(1);
  }

  function sensitivityOf(key: string): SensitivityClass | undefined {
    return resolveAttribute(key)?.entry.class;
  }
});

/** Keys that make each part of the resolution do as much as it can. */
const HOSTILE: readonly (readonly [what: string, pattern: string])[] = [
  ["dots", "."],
  ["parts of one letter", "a."],
  ["capitals", "A"],
  ["camelCase", "aB"],
  ["indexes", "0."],
  ["digits", "7"],
  ["transparent words", "value."],
  ["digests", "hash_"],
  ["little words", "de_"],
  ["sensitive words", "email_"],
  ["plurals", "s_"],
  ["one long word", "useruser"],
  ["letters that need folding", "é"],
  ["a template over and over", "http.request.header."],
];

/** One key is resolved faster than the clock ticks. */
const REPEATS = 300;

test.each(HOSTILE)("a key of %s takes time in line with its length", (_, pattern) => {
  const resolveRepeatedly = (length: number) => {
    const key = pattern.repeat(length / pattern.length);
    return () => {
      for (let count = 0; count < REPEATS; count++) resolveAttribute(key);
    };
  };
  expect(exponentOf(resolveRepeatedly, 1024)).toBeLessThan(EXPONENT_MAX);
});

function classOf({ class: sensitivity, kind, reason }: Resolution["entry"]): string {
  return `${sensitivity} ${kind} ${reason}`;
}
