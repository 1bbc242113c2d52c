/** What the telemetry stage tells of itself. */
import type { Happening } from '../model/telemetry.ts';
import { maskText } from '../runtime/mask.ts';

const reasonOf = (error: unknown): string => maskText(error instanceof Error ? error.message : String(error), 300);

/** @param address `host:port` */
export function listening(address: string): Happening {
  return {
    name: 'telemetry.listening',
    level: 'info',
    message: `Health, status and metrics are at http://${address}/.`,
    fields: { address },
  };
}

/** @param listen as configured */
export function cannotListen(listen: string, code: string | undefined, detail: string): Happening {
  return {
    name: 'telemetry.cannot_listen',
    level: 'warn',
    message: `Nobody can read health, status and metrics at ${listen}: ${reasonText(code, detail)} Events are delivered all the same.`,
    fields: { listen, code },
  };
}

const ELSEWHERE = 'name another address, or none, with service.telemetry.http.listen or DOCKER_EVENTS_OTEL_LISTEN.';

function reasonText(code: string | undefined, detail: string): string {
  switch (code) {
    case 'EADDRINUSE':
      return `another program listens there (EADDRINUSE), perhaps a second collector. End it, or ${ELSEWHERE}`;
    case 'EACCES':
      return `this account may not listen there (EACCES); ports below 1024 are for the system. Otherwise ${ELSEWHERE}`;
    case 'EADDRNOTAVAIL':
      return `this machine has no such address (EADDRNOTAVAIL). To be found, it must be one of its own: ${ELSEWHERE}`;
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `the name is not known (${code}). Check it, or ${ELSEWHERE}`;
    default:
      return `${maskText(detail, 300)}. Check it, or ${ELSEWHERE}`;
  }
}

/** While it listens: too many open files, for instance. */
export function listenTrouble(address: string, error: unknown): Happening {
  return {
    name: 'telemetry.listen_trouble',
    level: 'warn',
    message: `Connections to ${address} cannot be taken: ${reasonOf(error)}. Health, status and metrics may be missing.`,
    fields: { address },
  };
}

/** @param path one of the known ones */
export function endpointFailed(path: string, error: unknown): Happening {
  return {
    name: 'telemetry.endpoint_failed',
    level: 'error',
    message: `${path} could not be answered, because of a mistake in this program: ${reasonOf(error)}. Please report it.`,
    fields: { path },
  };
}
