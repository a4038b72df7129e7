export { COMPONENTS } from "./components.ts";
export { DEFAULT_CONFIG } from "./default-config.ts";
export { type Gateway, type GatewayOptions, startGateway } from "./start-gateway.ts";
