/** What the engine stage says of itself. */
import type { Happening } from '../model/telemetry.ts';
import { maskEndpoint, maskText } from '../runtime/mask.ts';

export function usingEndpoint(endpoint: string, from: string): Happening {
  return {
    name: 'engine.endpoint',
    level: 'info',
    message: `Using ${endpoint} from ${from}.`,
    fields: { endpoint, from },
  };
}

export function certificateUnchecked(endpoint: string): Happening {
  return {
    name: 'engine.certificate_unchecked',
    level: 'warn',
    message: `The certificate of ${endpoint} is not checked, so anybody in between can pose as the engine. Set DOCKER_TLS_VERIFY=1, or leave insecure_skip_verify out.`,
    fields: { endpoint },
  };
}

export function infoRefused(endpoint: string, reason: string, hostName: string | undefined): Happening {
  const instead = hostName === undefined ? 'records carry no host.name' : `host.name is "${hostName}"`;
  return {
    name: 'engine.info_refused',
    level: 'warn',
    message: `${endpoint} does not answer GET /info (${reason}), so its host's name and id are not known: ${instead}, and everything else goes on. A socket proxy lets it through with INFO=1; the option host_name gives the name.`,
    fields: { endpoint },
  };
}

export function versionRefused(endpoint: string, status: number): Happening {
  return {
    name: 'engine.version_refused',
    level: 'warn',
    message: `${endpoint} refuses GET /version (${status}), so the engine's version is not known and requests go without one; everything else goes on. A socket proxy lets it through with VERSION=1.`,
    fields: { endpoint },
  };
}

export function metricsUnreadable(endpoint: string, error: unknown): Happening {
  const shown = maskEndpoint(endpoint);
  const reason = maskText(error instanceof Error ? error.message || error.name : String(error), 200);
  return {
    name: 'engine.metrics_unreadable',
    level: 'warn',
    message: `The engine's metrics at ${shown} cannot be read (${reason}), so how many events it published is not known; everything else goes on. Check metrics_endpoint, and metrics-addr in the engine's daemon.json.`,
    fields: { endpoint: shown },
  };
}
