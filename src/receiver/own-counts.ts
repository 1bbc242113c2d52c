/** What one receiver counts, told apart from what others do. */
import type { Of, Telemetry } from '../model/telemetry.ts';

/** The same telemetry; all that is counted through it is counted of `part`. */
export function ownCounts(telemetry: Telemetry, part: string): Telemetry {
  const own: Of = { part };
  const withPart = (of: Of | undefined): Of => (of === undefined ? own : { ...of, part });
  return {
    report(happening) {
      const { counts, of } = happening;
      telemetry.report(counts === undefined ? happening : { ...happening, of: withPart(of) });
    },
    count: (counter, by, of) => telemetry.count(counter, by, withPart(of)),
    measure: (measure, value, of) => telemetry.measure(measure, value, withPart(of)),
  };
}
