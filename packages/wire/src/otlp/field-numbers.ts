/** Fields of `AnyValue` (opentelemetry/proto/common/v1/common.proto), for those who look at single ones. */
export const STRING_VALUE = 1;
export const BOOL_VALUE = 2;
export const INT_VALUE = 3;
export const DOUBLE_VALUE = 4;
export const ARRAY_VALUE = 5;
export const KVLIST_VALUE = 6;
export const BYTES_VALUE = 7;

/** Fields of `KeyValue`. */
export const KEY = 1;
export const VALUE = 2;
