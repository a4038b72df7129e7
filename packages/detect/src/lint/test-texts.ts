import { pick, type Random, seededRandom } from "./random.ts";

const DIGITS = "0123456789";
const HEX = "0123456789abcdef";
const BASE64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/** What an attacker would log to slow a scanner down; `length` characters each, the same ones every time. */
export function hostileTexts(length: number): readonly string[] {
  const random = seededRandom(1);
  return [
    randomText(random, DIGITS, length),
    randomText(random, `${DIGITS} -.:`, length),
    randomText(random, HEX, length),
    randomText(random, `${HEX}:-`, length),
    randomText(random, BASE64, length),
    randomText(random, "a@.:/=", length),
    "@".repeat(length),
    "-----BEGIN RSA PRIVATE KEY".repeat(length).slice(0, length),
  ];
}

/** `length` characters drawn from an alphabet. */
export function randomText(random: Random, alphabet: string | readonly string[], length: number): string {
  const characters = Array.from(alphabet);
  let text = "";
  while (text.length < length) text += pick(random, characters);
  return text;
}

/** Lines as services log them, with nothing personal in them; the same ones every time. */
export function ordinaryLines(count: number): readonly string[] {
  const random = seededRandom(2);
  const digits = (length: number) => randomText(random, DIGITS, length);
  const hex = (length: number) => randomText(random, HEX, length);
  const uuid = () => [8, 4, 4, 4, 12].map(hex).join("-");
  const time = () => `2026-08-22T${digits(2)}:${digits(2)}:${digits(2)}.${digits(3)}Z`;
  const templates: readonly (() => string)[] = [
    () => `${time()} INFO request completed status=200 duration_ms=${digits(3)} trace_id=${hex(32)}`,
    () => `${time()} WARN retrying job ${uuid()} in ${digits(4)} ms, attempt ${digits(1)} of 5`,
    () => `GET /api/v1/orders/${digits(8)}?page=${digits(2)}&sort=created_at HTTP/1.1 404 ${digits(5)}`,
    () => `connection from 10.${digits(1)}.${digits(1)}.7:${digits(5)} closed after ${digits(6)} bytes`,
    () => `java.lang.IllegalStateException: pool exhausted at com.shop.Pool.take(Pool.java:${digits(3)})`,
    () =>
      `Deployed checkout-${hex(10)}-${hex(5)} image sha256:${hex(64)} version 1.${digits(2)}.${digits(1)}`,
    () => `{"level":"debug","ts":17${digits(8)}.${digits(6)},"msg":"cache miss","key":"cart:${digits(7)}"}`,
    () => `Received block blk_-${digits(19)} of size 67108864 from datanode ${digits(3)}`,
    () =>
      `SELECT id, total FROM orders WHERE customer_id = $1 AND created_at > '2026-01-${digits(2)}' LIMIT 50`,
    () => `[main] std::vector<Item>::push_back resized to ${digits(6)}, peak ${digits(2)}.${digits(2)} %`,
  ];
  return Array.from({ length: count }, (_, i) => templates[i % templates.length]!());
}
