/** What sealing adds to a value, and how many tokens a core opens. */
import { createCipheriv, generateKeyPairSync, randomBytes } from "node:crypto";
import { compilePolicy, type Plan, parsePolicy } from "@scrim/policy";
import { createRedactor } from "@scrim/redact";
import { Opener, parseToken, Sealer, type ValueFacts } from "@scrim/seal";
import { jsonToProto } from "@scrim/wire";
import { RECORDS } from "./batches.ts";
import { measureInTurn, table } from "./measure.ts";

const RUNS = 31;

/** Epochs of processes that sealed one value each: all that the agreement of a key can cost. */
const EPOCHS = 500;

const { publicKey, privateKey } = generateKeyPairSync("x25519");

const emailOf = (n: number): string => `customer${n}@shop.example`;
const traceIdOf = (n: number): string => (n + 1).toString(16).padStart(32, "0");

const factsOf = (n: number): ValueFacts => ({
  service: "checkout",
  path: "user.email",
  class: "direct_identifier",
  traceId: traceIdOf(n),
});

const newSealer = (): Sealer => new Sealer({ recipient: publicKey, tenant: "shop", policy: "bench" });

/** Records of one service, each of a trace of its own, with an address that is kept or sealed. */
function emailBatch(): Buffer {
  const text = (key: string, value: string) => ({ key, value: { stringValue: value } });
  const logRecords = Array.from({ length: RECORDS }, (_, n) => ({
    traceId: traceIdOf(n),
    severityNumber: 9,
    body: { stringValue: "signed in" },
    attributes: [text("http.request.method", "POST"), text("user.email", emailOf(n))],
  }));
  const resource = { attributes: [text("service.name", "checkout")] };
  return jsonToProto(
    "logs",
    Buffer.from(JSON.stringify({ resourceLogs: [{ resource, scopeLogs: [{ logRecords }] }] })),
  );
}

function planWith(action: "keep" | "seal"): Plan {
  const policy = `version: 1\nrules: [{ attribute: user.email, action: ${action} }]`;
  return compilePolicy([parsePolicy(policy, "bench")], { sealKey: { recipient: publicKey, tenant: "shop" } });
}

/** Of a plaintext: what a seal can't do without. */
function bareCipher(key: Buffer, nonce: Buffer, header: Buffer, plaintext: Buffer): Buffer {
  const cipher = createCipheriv("aes-256-gcm", key, nonce, { authTagLength: 16 });
  cipher.setAAD(header);
  return Buffer.concat([cipher.update(plaintext), cipher.final(), cipher.getAuthTag()]);
}

const times = (count: number, call: (n: number) => unknown) => () => {
  for (let n = 0; n < count; n++) call(n);
};

export function sealingSection(): string[] {
  const sealer = newSealer();
  const emails = Array.from({ length: RECORDS }, (_, n) => emailOf(n));
  const facts = Array.from({ length: RECORDS }, (_, n) => factsOf(n));
  const tokens = emails.map((email, n) => sealer.seal(email, facts[n]!)!);
  const others = Array.from({ length: EPOCHS }, (_, n) => newSealer().seal(emailOf(n), factsOf(n))!);
  const batch = emailBatch();
  const keeping = createRedactor(planWith("keep"));
  const sealing = createRedactor(planWith("seal"));
  const [key, nonce, header] = [randomBytes(32), Buffer.alloc(12), Buffer.alloc(44)];
  const plaintext = Buffer.alloc(parseToken(tokens[0]!)!.ciphertext.length, " ");
  const opener = new Opener([privateKey]);
  const { bare, seal, kept, sealed, known, fresh } = measureInTurn(RUNS, {
    bare: times(RECORDS, () => bareCipher(key, nonce, header, plaintext)),
    seal: times(RECORDS, (n) => sealer.seal(emails[n]!, facts[n]!)),
    kept: () => keeping.redact("logs", batch),
    sealed: () => sealing.redact("logs", batch),
    known: times(RECORDS, (n) => opener.open(tokens[n]!)),
    fresh: () => {
      const forgetful = new Opener([privateKey]);
      times(EPOCHS, (n) => forgetful.open(others[n]!))();
    },
  });
  const microseconds = (ms: number, count = RECORDS) => (ms * 1_000) / count;
  const row = (name: string, bestUs: number, medianUs: number) => [
    name,
    bestUs.toFixed(1),
    medianUs.toFixed(1),
    Math.round(1e6 / bestUs).toString(),
  ];
  const rowOf = (name: string, { bestMs, medianMs }: { bestMs: number; medianMs: number }, count?: number) =>
    row(name, microseconds(bestMs, count), microseconds(medianMs, count));
  return [
    "### Sealed values",
    `E-mail addresses of ${RECORDS} log records, each of another trace. An address and its facts are ${plaintext.length} bytes to encrypt. What the action adds is a batch in the engine under \`seal\`, less the same batch under \`keep\`.`,
    table(
      ["step", "µs a value", "median µs", "values/s a core"],
      [
        rowOf("AES-256-GCM of `node:crypto` alone", bare!),
        rowOf("`Sealer.seal`", seal!),
        row(
          "action `seal`, added to a value",
          microseconds(sealed!.bestMs - kept!.bestMs),
          microseconds(sealed!.medianMs - kept!.medianMs),
        ),
        rowOf("`Opener.open`, of an epoch that it knows", known!),
        rowOf("`Opener.open`, each of a new epoch", fresh!, EPOCHS),
      ],
    ),
  ];
}
