/**
 * Lines of a printed session, by service and level. Within a millisecond records of different processes may change places, and so may a record, its span, and
 * what is released for its error; records of one service and level may not.
 */
export function byService(lines: readonly string[]): Record<string, string[]> {
  const services: Record<string, string[]> = { other: [] };
  for (const line of lines) {
    const [, kind, service] = /^(SPAN|DEBUG|ERROR|debug|info|error) +(\w+) /.exec(line) ?? [];
    const name = service === undefined ? "other" : `${kind} of ${service}`;
    services[name] ??= [];
    services[name].push(line);
  }
  return services;
}
