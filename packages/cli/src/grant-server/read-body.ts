import type { IncomingMessage } from "node:http";
import { BODY_BYTES_MAX } from "./lease-body.ts";
import { Refusal } from "./refusal.ts";

/**
 * The body of a request. No more is kept than the bound, whatever the request says of its length.
 *
 * @throws {Refusal} `too_large`, or `malformed` where it is cut off
 */
export function readBody(request: IncomingMessage): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    if (Number(request.headers["content-length"] ?? 0) > BODY_BYTES_MAX) {
      reject(new Refusal("too_large"));
      return;
    }
    const parts: Buffer[] = [];
    let length = 0;
    const take = (part: Buffer): void => {
      length += part.length;
      if (length <= BODY_BYTES_MAX) {
        parts.push(part);
        return;
      }
      request.off("data", take);
      request.pause();
      reject(new Refusal("too_large"));
    };
    request.on("data", take);
    request.once("end", () => resolve(Buffer.concat(parts)));
    request.once("error", () => reject(new Refusal("malformed")));
    request.once("close", () => reject(new Refusal("malformed"))); // no effect behind "end"
  });
}
