import { OperatingError } from "@scrim/errors";
import type { Notification } from "../store/notification.ts";
import type { Store } from "../store/store.ts";
import { slackBody, type Told, webhookBody } from "./notification-body.ts";
import { signatureHeaders } from "./webhook-signature.ts";

/** A target as it is used: with its address and secret. */
export interface Destination {
  readonly name: string;
  readonly url: string;
  readonly secret: Uint8Array | undefined;
  readonly format: "webhook" | "slack";
}

export interface NotifierOptions {
  readonly store: Store;
  readonly destinations: readonly Destination[];
  readonly nowS: () => number;
  /** Hears of what could not be sent. */
  readonly told: (problem: unknown) => void;
  /** For tests, in seconds. */
  readonly retryS?: number;
}

const ANSWER_MS = 5_000;
const LOOK_MS = 1_000;

/** Sent at once by this process. */
const BATCH_MAX = 16;

/** While it is sent nobody else tries: longer than an answer may take. */
const CLAIM_S = 30;

/** Between tries: doubled each time. */
const RETRY_S = 2;
const RETRY_S_MAX = 600;

/** After that it is given up. */
const LIFE_S = 86_400;

/** Sends what is kept to be told, at least once each, and again until it was taken or a day is over. */
export class Notifier {
  readonly #options: NotifierOptions;
  readonly #unsubscribe: () => void;
  readonly #timer: NodeJS.Timeout;
  #running: Promise<void> | undefined;
  #isClosed = false;

  constructor(options: NotifierOptions) {
    this.#options = options;
    this.#unsubscribe = options.store.onChange(() => this.#look());
    this.#timer = setInterval(() => this.#look(), LOOK_MS);
  }

  /** Waits for what is being sent. */
  async close(): Promise<void> {
    this.#isClosed = true;
    clearInterval(this.#timer);
    this.#unsubscribe();
    await this.#running;
  }

  #look(): void {
    if (this.#isClosed || this.#running !== undefined) return;
    this.#running = this.#sendDue()
      .catch((problem) => this.#options.told(problem))
      .finally(() => {
        this.#running = undefined;
      });
  }

  async #sendDue(): Promise<void> {
    const { store, nowS } = this.#options;
    const due = { dueBy: nowS(), limit: BATCH_MAX };
    const isAny = await store.read(
      async (transaction) => (await transaction.find("notification", due)).length > 0,
    );
    if (!isAny) return;
    const claimed = await store.write(async (transaction) => {
      const found = await transaction.find("notification", due);
      const told: Told[] = [];
      for (const notification of found) {
        const request = await transaction.get("request", notification.request);
        const grant =
          notification.grant === undefined ? undefined : await transaction.get("grant", notification.grant);
        const next = { ...notification, attempts: notification.attempts + 1, due_at: nowS() + CLAIM_S };
        if (request === undefined) {
          await transaction.remove("notification", notification.id);
        } else {
          await transaction.put("notification", next);
          told.push({ notification: next, request, grant });
        }
      }
      return told;
    });
    await Promise.all(claimed.map((each) => this.#send(each)));
  }

  async #send(told: Told): Promise<void> {
    const { destinations, store, nowS } = this.#options;
    const { notification } = told;
    const destination = destinations.find(({ name }) => name === notification.to);
    const problem =
      destination === undefined
        ? "the target is not configured any more"
        : await this.#post(destination, told);
    const isOver =
      problem === undefined || nowS() - notification.created_at >= LIFE_S || destination === undefined;
    await store.write(async (transaction) => {
      if (isOver) await transaction.remove("notification", notification.id);
      else
        await transaction.put("notification", {
          ...notification,
          due_at: nowS() + this.#waitS(notification),
        });
    });
    if (problem === undefined) return;
    this.#options.told(
      new OperatingError("SOURCE_UNREACHABLE", `a notification was not taken: ${problem}`, {
        path: `notifications.${notification.to}`,
        hint: isOver ? "it is given up" : "it is sent again",
      }),
    );
  }

  #waitS({ attempts }: Notification): number {
    const { retryS = RETRY_S } = this.#options;
    return Math.min(RETRY_S_MAX, retryS * 2 ** (attempts - 1));
  }

  /** What went wrong; nothing of the address, which may be a secret. */
  async #post({ url, secret, format }: Destination, told: Told): Promise<string | undefined> {
    const body = format === "slack" ? slackBody(told) : webhookBody(told);
    const { id } = told.notification;
    try {
      const response = await fetch(url, {
        method: "POST",
        headers: {
          "content-type": "application/json",
          ...(secret !== undefined && signatureHeaders(secret, id, Math.floor(Date.now() / 1000), body)),
        },
        body,
        redirect: "error",
        signal: AbortSignal.timeout(ANSWER_MS),
      });
      await response.body?.cancel();
      return response.ok ? undefined : `status ${response.status}`;
    } catch {
      return "no answer";
    }
  }
}
