import type { AccessRecord } from "./access-record.ts";
import type { IncomingRequest } from "./incoming-request.ts";
import type { AcceptedHead, Protocol } from "./protocol.ts";
import type { EndpointSettings } from "./receiver-settings.ts";
import type { Refusal } from "./refusal.ts";
import type { Reply } from "./reply.ts";
import type { RequestCounter } from "./request-counter.ts";

/** The one answer to a request. Whatever comes second, a result behind its deadline, is neither sent nor counted. */
export class Answer {
  readonly #request: IncomingRequest;
  readonly #protocol: Protocol;
  readonly #endpoint: EndpointSettings;
  readonly #counter: RequestCounter;
  readonly #access: AccessRecord;
  #given = false;

  constructor(
    request: IncomingRequest,
    protocol: Protocol,
    endpoint: EndpointSettings,
    counter: RequestCounter,
    access: AccessRecord,
  ) {
    this.#request = request;
    this.#protocol = protocol;
    this.#endpoint = endpoint;
    this.#counter = counter;
    this.#access = access;
  }

  get given(): boolean {
    return this.#given;
  }

  succeed(head: AcceptedHead, message: Buffer): void {
    if (this.#given) return;
    this.#given = true;
    if (head.operation.kind === "export") {
      this.#counter.countSuccess();
      this.#access.end();
    }
    this.#send(this.#protocol.succeed(head, message));
  }

  refuse(refusal: Refusal): void {
    if (this.#given) return;
    this.#given = true;
    this.#counter.countRefusal(refusal.reason);
    this.#access.end(refusal.reason);
    this.#send(this.#protocol.refuse(refusal, this.#request, this.#endpoint));
  }

  #send(reply: Reply): void {
    const around = this.#protocol.headersAround(this.#request, this.#endpoint);
    try {
      this.#request.send({ ...reply, headers: { ...reply.headers, ...around } });
    } catch {
      // An answer that Node won't send leaves nothing but to hang up; the gateway lives.
      this.#request.body.destroy();
    }
  }
}
