import {
  BundleIntake,
  type BundleSource,
  FileSource,
  GrantSet,
  HttpSource,
  readPrivateKey,
  readPublicKey,
  VersionFile,
} from "@scrim/grants";
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { BUNDLES, genuine, IN_FORCE, inForce } from "./bundle-cases.ts";
import { type BundlePlace, filePlace, HONEST, SERVINGS, servedPlace } from "./bundle-places.ts";
import { type CaptureFolder, makeFolder, startCapturing } from "./capturing-gateway.ts";
import { AUDIENCE, type Enrolment, enrol, grantFor, OTHER_TRACE_ID, TRACE_ID } from "./enrolment.ts";
import { traceparent } from "./header-cases.ts";
import { DEBUG, logs } from "./record-cases.ts";
import { startService } from "./sdk-service.ts";
import { standStill, type TestTime, until } from "./test-time.ts";

let time: TestTime;
beforeAll(() => {
  time = standStill();
});
afterAll(() => time.free());
beforeEach(() => time.reset());

type AtEnd = (close: () => Promise<void> | void) => void;

/** What takes bundles, and captures. */
interface Target {
  /** How often it said that a bundle was not taken. */
  problems(): number;
  /** Whether a verbose record of a trace leaves. */
  captures(traceId: string): Promise<boolean>;
}

interface Setting {
  readonly place: BundlePlace;
  readonly folder: CaptureFolder;
  readonly enrolment: Enrolment;
  readonly atEnd: AtEnd;
}

type StartTarget = (setting: Setting) => Promise<Target>;

const startSdk: StartTarget = async ({ place: { file, url }, folder, enrolment, atEnd }) => {
  const { signing, service } = enrolment;
  const { service: name, environment } = AUDIENCE;
  const source: BundleSource =
    file === undefined
      ? new HttpSource({ url: `${url}/v1/bundles/${name}/${environment}`, waitMinMs: 10 })
      : new FileSource(file, 20);
  const grants = new GrantSet();
  const intake = new BundleIntake(grants, {
    audience: AUDIENCE,
    trusted: [readPublicKey("signing", signing.publicKey, "signing.pub")],
    own: [readPrivateKey("service", service.privateKey, "service.key")],
    versions: new VersionFile(`${folder.path}/version`),
  });
  let problems = 0;
  source.start(intake, () => problems++);
  const running = await startService({ grants, trustsIncoming: false });
  atEnd(async () => {
    source.close();
    await running.close();
  });
  return {
    problems: () => problems,
    async captures(traceId) {
      const before = running.verbose().length;
      await running.request({ traceparent: traceparent(traceId) });
      return running.verbose().length > before;
    },
  };
};

const startGateway: StartTarget = async ({ place: { file, url }, folder, atEnd }) => {
  const gateway = await startCapturing(folder, { file, url, state: "version" });
  atEnd(() => gateway.close());
  return {
    problems: () => gateway.warnings.length,
    async captures(traceId) {
      const before = gateway.verbose().length;
      await gateway.send("logs", logs([{ ...DEBUG, traceId }]));
      return gateway.verbose().length > before;
    },
  };
};

const TARGETS = [
  ["the SDK", startSdk],
  ["the gateway", startGateway],
] as const;

const PLACES = [
  ["a file", filePlace],
  ["a server", servedPlace],
] as const;

/** A target in which a genuine bundle is in force, that approves another trace. */
async function setUp(
  start: StartTarget,
  open: (folder: CaptureFolder) => Promise<BundlePlace>,
  atEnd: AtEnd = onTestFinished,
) {
  const enrolment = enrol();
  const folder = makeFolder(enrolment);
  atEnd(() => folder.remove());
  const place = await open(folder);
  atEnd(() => place.close());
  place.put(inForce(enrolment));
  const setting = { place, folder, enrolment, atEnd };
  const target = await start(setting);
  await until(() => target.captures(OTHER_TRACE_ID), "the first bundle is in force");
  return { ...setting, target };
}

for (const [targetName, start] of TARGETS) {
  describe.each(PLACES)(`${targetName}, with bundles from %s`, (_, open) => {
    test.concurrent.for(BUNDLES)("one that is %s approves nothing", async ([, forge], context) => {
      const { enrolment, place, target } = await setUp(start, open, context.onTestFinished);
      const before = target.problems();
      place.put(forge(enrolment));
      const wasSeen = async () => target.problems() > before || !(await target.captures(OTHER_TRACE_ID));
      await until(wasSeen, "the forged bundle is seen");
      expect(await target.captures(TRACE_ID)).toBe(false);
      place.put(genuine(enrolment, { version: IN_FORCE + 5 }));
      await until(() => target.captures(TRACE_ID), "a genuine bundle is in force after it");
    });

    test("once nothing newer has come for as long as it says, nothing is approved", async () => {
      const { target } = await setUp(start, open);
      time.advance(599);
      expect(await target.captures(OTHER_TRACE_ID)).toBe(true);
      time.advance(1);
      expect(await target.captures(OTHER_TRACE_ID)).toBe(false);
      time.setClock(-600);
      expect(await target.captures(OTHER_TRACE_ID)).toBe(false);
    });

    test("one that was in force before a restart is not after it, where a newer one was", async () => {
      const setting = await setUp(start, open);
      const { enrolment, place, target } = setting;
      const newer = enrolment.sign([grantFor("d".repeat(32))], { version: IN_FORCE + 9 });
      place.put(newer);
      await until(() => target.captures("d".repeat(32)), "the newer one is in force");
      place.put(genuine(enrolment));
      const again = await start(setting);
      await until(() => again.problems() > 0, "the older one is refused");
      expect([await again.captures(TRACE_ID), await again.captures("d".repeat(32))]).toEqual([false, false]);
      place.put(newer);
      await until(() => again.captures("d".repeat(32)), "the newest is in force again");
    });
  });

  test.each(SERVINGS)(
    `${targetName}: a genuine bundle that is served %s approves nothing`,
    async (_, serving) => {
      const open = servedPlace();
      const { enrolment, place, target } = await setUp(start, () => open);
      const served = await open;
      served.serve(serving);
      place.put(genuine(enrolment));
      await new Promise((resolve) => setTimeout(resolve, 300)); // past the next try
      expect([await target.captures(TRACE_ID), await target.captures(OTHER_TRACE_ID)]).toEqual([false, true]);
      served.serve(HONEST);
      place.put(genuine(enrolment));
      await until(() => target.captures(TRACE_ID), "it is taken where it is served as it should be");
    },
  );
}
