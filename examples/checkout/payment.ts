/** Charges cards. */
import { createServer } from "node:http";
import winston from "winston";

const log = winston.createLogger({ transports: [new winston.transports.Console()] }); // at info

const server = createServer(async (request, response) => {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  const { card, amount } = JSON.parse(Buffer.concat(parts).toString());
  log.debug(`card ${card} is charged by acquirer-2`, { amount, api_key: "made-up-key-123" });
  log.info("charged", { amount });
  response.writeHead(204).end();
});
server.listen(Number(process.env.PORT), "127.0.0.1");
process.once("SIGTERM", () => server.close());
