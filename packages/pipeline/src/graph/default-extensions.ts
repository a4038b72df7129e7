/** Extensions of a configuration that doesn't say which to start. */
export const DEFAULT_EXTENSIONS: readonly string[] = ["health_check"];

/** A configuration's sections, with the default extensions where it names none. */
export function withDefaultExtensions<
  Sections extends {
    readonly extensions?: object | null;
    readonly service?: { readonly extensions?: unknown };
  },
>(config: Sections): Sections & { readonly extensions: Record<string, unknown> } {
  const { extensions, service } = config;
  const defaults = service?.extensions === undefined ? DEFAULT_EXTENSIONS : [];
  return {
    ...config,
    extensions: { ...Object.fromEntries(defaults.map((id) => [id, null])), ...extensions },
  };
}
