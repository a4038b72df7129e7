import { promisify } from "node:util";
import { OperatingError } from "@scrim/errors";
import { expect, test } from "vitest";
import { startTestExporter } from "../../../testing/test-exporter.ts";
import { otlpHttpExporter } from "../otlphttp/otlphttp-exporter.ts";
import { ADDRESS_REFUSED, isRefusedAddress, lookupDestination } from "./refused-address.ts";

const ADDRESSES: readonly [address: string, refused: boolean][] = [
  ["169.254.169.254", true],
  ["169.254.0.1", true],
  ["::ffff:169.254.169.254", true],
  ["::ffff:a9fe:a9fe", true],
  ["fe80::1", true],
  ["fe80::1%eth0", true],
  ["febf::1", true],
  ["fd00:ec2::254", true],
  ["FD00:0EC2:0::254", true],
  ["fd20:ce::254", true],
  ["100.100.100.200", true],
  ["127.0.0.1", false],
  ["10.0.0.1", false],
  ["::1", false],
  ["fd00::1", false],
  ["100.100.100.201", false],
  ["fec0::1", false],
  ["localhost", false],
  ["169.254.169.254.example", false],
];
test.each(ADDRESSES)("nothing is sent to %s: %s", (address, refused) => {
  expect(isRefusedAddress(address)).toBe(refused);
});

const lookup = promisify(lookupDestination as (host: string, options: object, done: never) => void) as (
  host: string,
  options: object,
) => Promise<unknown>;

test.each([{}, { all: true }, { family: 4 }])("a name that leads there is refused (%j)", async (options) => {
  await expect(lookup("0xa9fea9fe", options)).rejects.toMatchObject({ code: ADDRESS_REFUSED });
  await expect(lookup("localhost", options)).resolves.toBeDefined();
  await expect(lookup("no-such-name.invalid", options)).rejects.toMatchObject({ syscall: "getaddrinfo" });
});

const ENDPOINTS = [
  "http://169.254.169.254/",
  "http://0xa9fea9fe/",
  "http://2852039166/",
  "http://[fe80::1]:4318/",
  "https://[::ffff:169.254.169.254]/",
];
test.each(ENDPOINTS)("%s stops the start", async (endpoint) => {
  for (const config of [{ endpoint }, { endpoint: "http://h", logs_endpoint: endpoint }]) {
    const error = await startTestExporter(otlpHttpExporter, config).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(OperatingError);
    expect((error as OperatingError).message).toContain("link-local");
  }
});
