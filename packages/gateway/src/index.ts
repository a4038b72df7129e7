export { COMPONENTS } from "./components.ts";
export { DEFAULT_CONFIG } from "./default-config.ts";
export {
  close,
  type Endpoint,
  formatEndpoint,
  isLoopback,
  ListenEndpoint,
  listen,
  parseEndpoint,
} from "./endpoint.ts";
export { type ProcessRole, takeProcessRole } from "./process-role.ts";
export { type Gateway, type GatewayOptions, startGateway } from "./start-gateway.ts";
