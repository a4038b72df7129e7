export { ERROR_CODES, type ErrorCode } from "./codes.ts";
export { didYouMean } from "./did-you-mean.ts";
export { OperatingError, type OperatingErrorDetails } from "./operating-error.ts";
