import { startGateway } from "@scrim/gateway";
import { expect, onTestFinished, test } from "vitest";
import { accessExtension } from "../src/index.ts";
import { captureInput, enrolPay, revealInput, runAccess } from "./running-access.ts";

/** A gateway whose extension has the folder of a control plane that ran before. */
async function startInGateway() {
  const access = await runAccess();
  onTestFinished(() => access.stop());
  await enrolPay(access);
  await access.pause();
  const gateway = await startGateway({
    components: [accessExtension],
    baseDir: access.folder,
    config: {
      receivers: { otlp: { protocols: { http: { endpoint: "127.0.0.1:0" } } } },
      processors: { policy: {} },
      exporters: { debug: {} },
      extensions: { access: { listen: "127.0.0.1:0", authentication: { token_file: "tokens" } } },
      service: {
        extensions: ["access"],
        telemetry: { metrics: { level: "none" } },
        pipelines: {
          logs: { receivers: ["otlp"], processors: ["policy"], exporters: ["debug"], ack: "delivered" },
        },
      },
    },
    log: { info: () => {}, warn: () => {} },
  });
  onTestFinished(() => gateway.shutdown());
  const { http } = gateway.endpoints["extensions.access"]!;
  return {
    access,
    post: (who: "ana" | "cy", path: string, body: object) =>
      access.callAt(`http://${http}`, who, "POST", path, { body }),
  };
}

test("a gateway may bring the control plane along: captures are asked for, approved, and in the service's bundle", async () => {
  const { post } = await startInGateway();
  const { body } = await post("ana", "/v1/requests", captureInput());
  const approved = await post("cy", `/v1/requests/${body.id}/approve`, {});
  expect([approved.status, approved.body.state]).toEqual([200, "approved"]);
});

test("where telemetry passes nothing is revealed: it can't even be asked for", async () => {
  const { access, post } = await startInGateway();
  const refused = await post("ana", "/v1/requests", revealInput());
  expect([refused.status, refused.body.reason]).toEqual([422, "not_here"]);
  const { body } = await post("ana", "/v1/break-glass", revealInput());
  expect(body.reason).toBe("not_here");
  expect(access.problems).toEqual([]);
});
