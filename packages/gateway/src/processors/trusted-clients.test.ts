import {
  type Batch,
  createBatch,
  MetricRegistry,
  type Processed,
  type Processor,
  parseSection,
  readFileContent,
} from "@scrim/pipeline";
import { encodeRequest, type JsonObject } from "@scrim/wire";
import { beforeAll, describe, expect, test } from "vitest";
import { attributesOf, batchOf, itemsOf, startCapture, stringAttribute } from "../../testing/capture.ts";
import { GRANT_ID, keyedGrant, TRACE_ID, token, tokenGrant } from "../../testing/grants.ts";
import { policyProcessor } from "./policy.ts";
import { CAPTURE_CAPTURED_RECORDS } from "./verbose-capture/capture-metrics.ts";

const MARK = stringAttribute("scrim.grant.id", "00112233445566aa");
const CLAIMS = [
  stringAttribute("a", "b"),
  MARK,
  stringAttribute("scrim.token", token()),
  stringAttribute("scrim", "x"),
];
const DEBUG: JsonObject = {
  severityNumber: 5,
  body: { stringValue: "debug" },
  traceId: TRACE_ID,
  attributes: CLAIMS,
};
const INFO: JsonObject = { ...DEBUG, severityNumber: 9 };
const SPAN: JsonObject = {
  traceId: TRACE_ID,
  name: "pay",
  traceState: `scrim=${token()},x=1`,
  attributes: CLAIMS,
  events: [{ name: "e", attributes: CLAIMS }],
};

function from(is_trusted: boolean, batch: Batch): Batch {
  return { ...batch, client: { ...batch.client, identity: { name: "edge", tenant: undefined, is_trusted } } };
}

const BELIEVED = { a: "b", "scrim.grant.id": "00112233445566aa", scrim: "x" };
const STRIPPED = { a: "b" };

describe("verbose_capture", () => {
  test("what a trusted client has marked passes, and is counted as its word", () => {
    const { sift, metrics } = startCapture();
    const { batch } = sift(from(true, batchOf("logs", [DEBUG, INFO])));
    expect(itemsOf(batch).map(attributesOf)).toEqual([BELIEVED, BELIEVED]);
    expect(
      metrics.value(CAPTURE_CAPTURED_RECORDS, { processor: "verbose_capture", approved_by: "sender" }),
    ).toBe(1);
  });

  test("the same from others is a claim: nothing below the floor passes by it, and it is taken out", () => {
    for (const batch of [batchOf("logs", [DEBUG, INFO]), from(false, batchOf("logs", [DEBUG, INFO]))])
      expect(itemsOf(startCapture().sift(batch).batch).map(attributesOf)).toEqual([STRIPPED]);
  });

  test.each([
    ["of no mark", []],
    ["with a mark of another form", [stringAttribute("scrim.grant.id", "yes")]],
    ["with another of our attributes", [stringAttribute("scrim.grant", "00112233445566aa")]],
  ])("a trusted client's record %s needs an approval like any other", (_, attributes) => {
    const { sift } = startCapture();
    expect(itemsOf(sift(from(true, batchOf("logs", [{ ...DEBUG, attributes }]))).batch)).toEqual([]);
  });

  test("a trusted client's token still has to hold, and goes no further", () => {
    const { sift } = startCapture({ grants: [tokenGrant()] });
    const record = { ...DEBUG, attributes: [stringAttribute("scrim.token", token())] };
    const [passed] = itemsOf(sift(from(true, batchOf("logs", [record]))).batch);
    expect(attributesOf(passed)).toEqual({ "scrim.grant.id": GRANT_ID });
    const forged = {
      ...DEBUG,
      attributes: [stringAttribute("scrim.token", token({ key: Buffer.alloc(32) }))],
    };
    expect(itemsOf(sift(from(true, batchOf("logs", [forged]))).batch)).toEqual([]);
  });

  test("a span that a trusted client has marked keeps its mark, and gets no second one", () => {
    const { sift } = startCapture({ grants: [keyedGrant()] });
    const [span] = itemsOf(sift(from(true, batchOf("traces", [SPAN]))).batch);
    expect(span!.attributes).toEqual([CLAIMS[0], MARK, CLAIMS[3]]);
    expect(span!.traceState).toBe("x=1");
  });

  test("trust ends with the batch", () => {
    const { sift } = startCapture();
    sift(from(true, batchOf("logs", [DEBUG])));
    sift(from(true, batchOf("traces", [SPAN])));
    expect(itemsOf(sift(batchOf("logs", [INFO])).batch).map(attributesOf)).toEqual([STRIPPED]);
    expect(itemsOf(sift(batchOf("traces", [SPAN])).batch).map(attributesOf)).toEqual([STRIPPED]);
  });
});

describe("policy, with no verbose_capture before it", () => {
  let processor: Processor;
  beforeAll(async () => {
    processor = await policyProcessor.create(
      parseSection(policyProcessor.configSchema, {}, "processors.policy"),
      {
        id: "policy",
        path: "processors.policy",
        signals: ["logs", "traces"],
        baseDir: ".",
        log: { info: () => {}, warn: () => {} },
        metrics: new MetricRegistry(),
        print: () => {},
        keeperOf: () => undefined,
        readFile: readFileContent,
        dependsOn: () => {},
      },
    );
  });
  const passed = async (batch: Batch) => itemsOf((await processor.process(batch)) as Processed as Batch);

  test("what nobody has looked into is taken out of logs and spans", async () => {
    expect((await passed(batchOf("logs", [INFO]))).map(attributesOf)).toEqual([STRIPPED]);
    const [span] = await passed(batchOf("traces", [SPAN]));
    expect(attributesOf(span)).toEqual(STRIPPED);
    expect((span!.events as JsonObject[]).map(attributesOf)).toEqual([STRIPPED]);
    expect(span!.traceState).toBe("x=1");
  });

  test("what a trusted client says stays, but for tokens", async () => {
    expect((await passed(from(true, batchOf("logs", [INFO])))).map(attributesOf)).toEqual([BELIEVED]);
  });

  test("what a processor before it has found out stays", async () => {
    const { sift } = startCapture({ grants: [keyedGrant()] });
    const { batch } = sift(batchOf("traces", [SPAN]));
    expect((await passed(batch)).map(attributesOf)).toEqual([{ a: "b", "scrim.grant.id": GRANT_ID }]);
  });

  test("resources and scopes lose it too, and what only reads like it stays", async () => {
    const own = [stringAttribute("scrim.grant.id", "x"), stringAttribute("scrimmage", "y")];
    const tree = {
      resourceLogs: [
        {
          resource: { attributes: own },
          scopeLogs: [{ scope: { name: "s", attributes: own }, logRecords: [{ severityNumber: 9 }] }],
        },
      ],
    };
    const batch = createBatch("logs", encodeRequest("logs", tree), { address: undefined });
    const { bytes } = (await processor.process(batch)) as Batch;
    expect(bytes.includes("scrim.grant")).toBe(false);
    expect(bytes.toString("latin1").split("scrimmage")).toHaveLength(3);
  });

  test("a batch without the word is the very buffer that came", async () => {
    const batch = batchOf("logs", [{ severityNumber: 9, body: { stringValue: "plain" } }]);
    expect(((await processor.process(batch)) as Batch).bytes).toBe(batch.bytes);
  });
});
