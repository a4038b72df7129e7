import { expect, test } from "vitest";
import { DETECTORS } from "./catalogue.ts";
import { lintDetector } from "./lint/lint-detector.ts";
import { compileScanner } from "./scanner.ts";
import { SENSITIVITY_CLASSES } from "./sensitivity-class.ts";

const scanner = compileScanner(DETECTORS);

function found(text: string): readonly string[] {
  return scanner.scan(Buffer.from(text)).findings.map(({ detector }) => detector.id);
}

test.each(DETECTORS.map((detector) => [detector.id, detector] as const))(
  "%s keeps the rules and finds its examples",
  (_id, detector) => {
    expect(lintDetector(detector)).toEqual([]);
    expect(detector.examples.match.length).toBeGreaterThan(0);
    expect(detector.examples.ignore.length).toBeGreaterThan(0);
  },
);

test("each detector has its own id", () => {
  expect(new Set(DETECTORS.map(({ id }) => id)).size).toBe(DETECTORS.length);
});

test("definitions are sentences and sources, and can't be changed", () => {
  for (const detector of DETECTORS) {
    expect(detector.finds, detector.id).toMatch(/^[A-Z].*\.$/s);
    expect(detector.source, detector.id).not.toBe("");
    expect(Object.isFrozen(detector), detector.id).toBe(true);
  }
});

const HARMLESS: readonly [name: string, text: string][] = [
  ["a UUID", "request 0c9c1f2e-1234-4abc-9def-1234567890ab done"],
  ["a trace id", "trace_id=4bf92f3577b34da6a3ce929d0e0e4736"],
  ["a trace id of digits", "trace_id=41111111111111114111111111111111"],
  ["a span id", "span_id=00f067aa0ba902b7"],
  ["a trace id in decimal", "dd.trace_id=4611686018427387904 dd.span_id=6200000000000000005"],
  ["an MD5", "md5 d41d8cd98f00b204e9800998ecf8427e"],
  ["a SHA-1", "commit da39a3ee5e6b4b0d3255bfef95601890afd80709"],
  ["a SHA-256", "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"],
  ["an MD5 fingerprint", "MD5:16:27:ac:a5:76:28:2d:36:63:1b:56:4d:eb:df:a6:48"],
  ["ISO timestamps", "2026-08-22T10:15:30.123456Z 2026-08-22T12:15:30+02:00 20260822T101530"],
  ["epoch seconds", "at 1787393730 and 2005550123"],
  ["epoch milliseconds", "at 1787393730123"],
  ["epoch microseconds", "at 1787393730123456"],
  ["epoch nanoseconds", "at 1787393730123456789"],
  ["a date written as one number", "order 20260822131500 and 22082026131500"],
  ["byte counts", "sent 4294967296 of 67108864 bytes"],
  ["semantic versions", "upgraded 1.22.3-rc.1+build.5 to v2.0.0"],
  ["four-part versions", "version 6.1.1.0, v10.0.19041.1, Release: 4.1.4.2"],
  ["order numbers", "order 100200300400500 shipped, order #4471-2291"],
  ["HDFS block ids", "blk_-1608999687919862906 blk_7503483334202473044"],
  ["a pod name", "checkout-7d9f8b6c5d-x2x9k restarted"],
  [
    "a digest",
    "registry.example.com/shop@sha256:9b2a9d0c7a4f4f0f8f1c2b3a4d5e6f708192a3b4c5d6e7f8091a2b3c4d5e6f70",
  ],
  ["git describe", "v1.4.0-12-g8f3c2ab"],
  ["a hex dump", "0000: de ad be ef 00 11 22 33 44 55 66 77 88 99 aa bb"],
  ["ports", "listening on :8080, upstream localhost:5432"],
  ["percentages", "cpu 87.25% mem 12.5%"],
  ["a certificate", "-----BEGIN CERTIFICATE-----\nMIIBszCCAVmgAwIBAgIUQ\n-----END CERTIFICATE-----"],
  ["C++ names", "std::vector<std::pair<int, Face::Id>>::at in Bad::Face::add"],
  ["times", "12:34:56 and 12:34:56.789 and 1:02:03:04"],
  ["a failed login", "Failed password for invalid user admin; token expired; secret not found"],
  ["token counts", "gen_ai.usage.input_tokens=1024 max_tokens: 4096"],
  ["a Kubernetes secret's name", "secret: checkout-tls, token: default-token"],
  ["Java objects", "lock com.example.Session@1a2b3c4d token=Token{a64f992 u0}"],
  ["npm packages", "lodash@4.17.21 @types/node@26.6.6"],
  ["an ssh URL", "git clone ssh://git@host/repo"],
  ["line numbers", "main.go:123:45: undefined"],
  ["a broadcast MAC", "ff:ff:ff:ff:ff:ff"],
];

test.each(HARMLESS)("%s survives", (_name, text) => {
  expect(found(text)).toEqual([]);
});

const TYPES = [...new Set([...DETECTORS.map(({ type }) => type), ...Object.keys(SENSITIVITY_CLASSES)])];

/** What takes the place of a value, or of a part of it. Not pseudonyms: whether one is true takes the key to say. */
const MARKS: readonly string[] = [
  "[REDACTED]",
  "[WITHHELD:scan_failed]",
  "[WITHHELD:value_bytes_max]",
  "j***@example.com",
  "****1111",
  ...TYPES.map((type) => `[REDACTED:${type}]`),
];

const AROUND: readonly ((mark: string) => string)[] = [
  (mark) => mark,
  (mark) => `password=${mark}`,
  (mark) => `"client_secret": "${mark}"`,
  (mark) => `Authorization: Bearer ${mark}`,
  (mark) => `https://user:${mark}@example.com/?sig=${mark}`,
  (mark) => `ssn ${mark}, phone ${mark} card ${mark}.`,
];

const WHOLE: readonly string[] = [
  "postgres://REDACTED:REDACTED@db.example.com/shop",
  "https://example.com/?sig=REDACTED&X-Amz-Signature=REDACTED",
  "password=REDACTED token=REDACTED",
];

test("what redaction writes is found by no detector, wherever it stands", () => {
  const texts = [...WHOLE, ...MARKS.flatMap((mark) => AROUND.map((around) => around(mark)))];
  for (const text of texts) expect(found(text), text).toEqual([]);
});

test("a second pass over redacted text finds nothing", () => {
  const examples = DETECTORS.flatMap(({ examples }) => examples.match);
  for (const joint of [" ", ": ", "=", '":"', ", phone "]) {
    for (const [i, first] of examples.entries()) {
      const text = Buffer.from(`${first}${joint}${examples[(i * 7 + 3) % examples.length]}`);
      const redacted = redact(text);
      expect(found(redacted), redacted).toEqual([]);
    }
  }
});

function redact(text: Buffer): string {
  let redacted = "";
  let end = 0;
  for (const finding of scanner.scan(text).findings) {
    redacted += `${text.toString("utf8", end, finding.start)}[REDACTED:${finding.detector.type}]`;
    end = finding.end;
  }
  return redacted + text.toString("utf8", end);
}
