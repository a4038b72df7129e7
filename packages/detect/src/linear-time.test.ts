import { expect, test } from "vitest";
import { DETECTORS } from "./catalogue.ts";
import { hostileTexts } from "./lint/test-texts.ts";
import { compileScanner } from "./scanner.ts";

/** Four sizes, each the double of the one before. */
const SIZES = [8, 16, 32, 64].map((kibibytes) => kibibytes * 1024);

/**
 * Cost = size to the power of this, fitted over the sizes. A linear scan measures 0.7 to 1.2 on a busy machine, a
 * quadratic one 1.8 and more.
 */
const EXPONENT_MAX = 1.5;

const scanner = compileScanner(DETECTORS);
const scan = (text: Buffer) => scanner.scan(text);

const CASES: readonly (readonly [name: string, text: (size: number) => string])[] = [
  ...hostileTexts(1).map((_, i) => [`hostile text ${i}`, (size: number) => hostileTexts(size)[i]!] as const),
  ["spaces", (size) => " ".repeat(size)],
  ["one long word", (size) => "a".repeat(size)],
  ["beginnings of private keys", (size) => filled("-----BEGIN PRIVATE KEY----- ", size)],
  [
    "beginnings of private keys and base64",
    (size) => filled("-----BEGIN PRIVATE KEY-----\nMIIBOgIBAAJBAKj3\n", size),
  ],
  ["passwords that never end", (size) => filled('password="', size)],
  ["keys of passwords", (size) => filled("password=", size)],
  ["nested token headers", (size) => filled("eyJhbGciOiJIUzI1NiJ9.", size)],
  ["addresses without a domain", (size) => filled("a@a.", size)],
  ["redacted addresses", (size) => filled("REDACTED.", size - 20).concat("REDACTED@example.com")],
  ["users of URLs", (size) => filled("http://a:", size)],
  ["digits in groups", (size) => filled("4111 ", size)],
  ["plus signs", (size) => filled("+1 2", size)],
  ["colons", (size) => filled("a:", size)],
];

function filled(piece: string, size: number): string {
  return piece.repeat(Math.ceil(size / piece.length)).slice(0, size);
}

test.each(CASES)("scanning %s takes linear time", (_name, text) => {
  expect(exponentOf(scan, text)).toBeLessThan(EXPONENT_MAX);
});

test("the measure rejects a quadratic scan", () => {
  const quadratic = (text: Buffer) => {
    for (let i = 0; i < text.length; i += 64) text.indexOf("\0", i);
  };
  expect(exponentOf(quadratic, (size) => "a".repeat(size * 16))).toBeGreaterThan(EXPONENT_MAX);
});

/** Slope of log(time) over log(size), least squares; the best of up to three tries, since noise only adds. */
function exponentOf(run: (text: Buffer) => unknown, text: (size: number) => string): number {
  const texts = SIZES.map((size) => Buffer.from(text(size)));
  let best = Number.POSITIVE_INFINITY;
  for (let tries = 0; tries < 3 && best >= EXPONENT_MAX; tries++) {
    best = Math.min(
      best,
      slope(texts.map((bytes) => [Math.log(bytes.length), Math.log(fastest(run, bytes))])),
    );
  }
  return best;
}

function fastest(run: (text: Buffer) => unknown, text: Buffer): number {
  let best = Number.POSITIVE_INFINITY;
  for (let i = 0; i < 5; i++) {
    const start = performance.now();
    run(text);
    best = Math.min(best, performance.now() - start);
  }
  return best;
}

function slope(points: readonly (readonly number[])[]): number {
  const mean = (index: number) => points.reduce((sum, point) => sum + point[index]!, 0) / points.length;
  const [x, y] = [mean(0), mean(1)];
  const covariance = points.reduce((sum, point) => sum + (point[0]! - x) * (point[1]! - y), 0);
  return covariance / points.reduce((sum, point) => sum + (point[0]! - x) ** 2, 0);
}
