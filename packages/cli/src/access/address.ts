import { isIP } from "node:net";
import { OperatingError } from "@scrim/errors";

/**
 * The address of a service, without a slash at its end: `https`, or `http` on this machine, since who is on the way sees the credentials.
 *
 * @throws {OperatingError} `INPUT_INVALID`
 */
export function addressOf(text: string): string {
  const url = URL.parse(text);
  const isWeb = url !== null && ["http:", "https:"].includes(url.protocol);
  if (!isWeb || url.username + url.password + url.search + url.hash !== "") {
    throw new OperatingError("INPUT_INVALID", "is no address of a control plane", {
      path: "--url",
      hint: "write it like https://access.internal",
    });
  }
  if (url.protocol === "http:" && !isThisMachine(url.hostname)) {
    throw new OperatingError("INPUT_INVALID", "would send your credentials in the clear", {
      path: "--url",
      hint: "use https, or http on this machine",
    });
  }
  return url.href.replace(/\/+$/, "");
}

function isThisMachine(host: string): boolean {
  return host === "localhost" || host === "[::1]" || (isIP(host) === 4 && host.startsWith("127."));
}
