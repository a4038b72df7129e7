export { ERROR_CODES, type ErrorCode } from "./codes.ts";
export { OperatingError, type OperatingErrorDetails } from "./operating-error.ts";
