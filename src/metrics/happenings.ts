/** What the metrics stage tells of itself. */
import type { Happening } from '../model/telemetry.ts';

export function ownersOverflowed(ownersMax: number): Happening {
  return {
    name: 'metrics.owners_overflowed',
    level: 'warn',
    message: `Containers of more than ${ownersMax} Compose projects and services were met. Metrics of further ones are counted together until the next start, with otel.metric.overflow="true"; records and spans are not touched by this.`,
    fields: { owners_max: ownersMax },
  };
}
