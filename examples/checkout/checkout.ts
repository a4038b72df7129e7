/** Takes orders: charges them, has them shipped. Knows nothing of Scrim, which `--import @scrim/otel/register` brings. */
import { createServer, type IncomingMessage } from "node:http";
import pino from "pino";

const log = pino(); // at info, to standard output

interface Order {
  readonly id: string;
  readonly email: string;
  readonly card: string;
  readonly postcode: string;
  /** In grams. */
  readonly weights: readonly (number | null)[];
}

const server = createServer(async (request, response) => {
  const status = await pay(await orderIn(request)).catch((error: Error) => {
    log.error(`order failed: ${error.message}`);
    return 502;
  });
  response.writeHead(status).end();
});
server.listen(Number(process.env.PORT), "127.0.0.1");
process.once("SIGTERM", () => server.close());

async function pay(order: Order): Promise<number> {
  log.info({ order: { id: order.id } }, "order received");
  log.debug({ order }, "order read");
  await ask("payment", `${process.env.PAYMENT_URL}/charge`, { card: order.card, amount: 4250 });
  const parcel = {
    postcode: order.postcode,
    grams: order.weights.reduce<number>((sum, g) => sum + (g ?? NaN), 0),
  };
  log.debug({ parcel }, `parcel for ${order.email} packed`);
  await ask("shipping", `${process.env.SHIPPING_URL}/quote`, parcel);
  log.info({ order: { id: order.id } }, "order accepted");
  return 200;
}

async function ask(service: string, url: string, body: object): Promise<void> {
  const answer = await fetch(url, { method: "POST", body: JSON.stringify(body) });
  await answer.arrayBuffer();
  if (!answer.ok) throw new Error(`${service} answered ${answer.status}`);
}

async function orderIn(request: IncomingMessage): Promise<Order> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return JSON.parse(Buffer.concat(parts).toString());
}
