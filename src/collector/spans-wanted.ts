/** Which spans anybody takes: others are not even made. */
import type { PipelineConfig } from '../config/collector-config.ts';
import type { LifecycleOptions } from '../lifecycle/lifecycle.ts';

export function spansWanted(
  pipelines: readonly Pick<PipelineConfig, 'signal' | 'receivers' | 'filter'>[],
  receiver: string,
): NonNullable<LifecycleOptions['spans']> {
  const wanting = pipelines.filter(({ signal, receivers }) => signal === 'traces' && receivers.includes(receiver));
  if (wanting.length === 0) return 'none';
  return wanting.some(({ filter }) => filter.health_checks === 'keep') ? 'all' : 'without_probes';
}
