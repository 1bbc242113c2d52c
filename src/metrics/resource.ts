/** What all metrics are of: this collector. Which host's engine a series is about, the series says itself. */
import type { Attributes } from '../model/log-record.ts';

const SERVICE_NAME = 'docker-events-otel';

export interface CollectorInstance {
  readonly version: string;
  /** This machine's name; a container's own, in a container. */
  readonly hostName: string;
}

/**
 * `service.instance.id` tells collectors apart that send to the same backend: Prometheus makes `instance` of it. Two on one
 * machine need one each, which a person configures.
 *
 * @param configured what a person wants on the resource; it wins
 */
export function metricsResource({ version, hostName }: CollectorInstance, configured: Attributes): Attributes {
  return Object.freeze({
    'service.name': SERVICE_NAME,
    'service.version': version,
    'service.instance.id': hostName,
    ...configured,
  });
}
