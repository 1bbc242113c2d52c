/**
 * Whether the counts of a status add up. They are counted in different places (the receiver, the journal, each lane), so
 * that an entry that got lost between two of them shows as a difference.
 */
import type { CollectorStatus, ExporterState, Intake } from '../model/status.ts';

/** A finished sentence for each sum that is wrong; none where everything is accounted for. */
export function imbalances({ intake, exporters }: Pick<CollectorStatus, 'intake' | 'exporters'>): readonly string[] {
  return [...ofIntake(intake), ...exporters.flatMap(ofExporter)];
}

/** What came in for an exporter, and what became of it. */
export function sumsOf(state: ExporterState): { readonly came: number; readonly went: number } {
  const { carriedOver, appended, exported, filtered, passedOver, rejected, dropped, waiting } = state;
  return { came: carriedOver + appended, went: exported + filtered + passedOver + rejected + dropped + waiting };
}

function ofIntake(intake: Intake): readonly string[] {
  const { received, synthetic, refused, deduplicated, accepted } = intake;
  const came = received + synthetic;
  const went = refused + deduplicated + accepted;
  if (came === went) return [];
  return [
    `The intake does not balance: ${came} received or worked out, and ${went} refused, known already or accepted; ${differenceText(came, went)}.`,
  ];
}

function ofExporter(state: ExporterState): readonly string[] {
  const { name, waiting, inHand } = state;
  const { came, went } = sumsOf(state);
  return [
    ...(came === went
      ? []
      : [
          `Exporter ${name} does not balance: ${came} carried over or appended, and ${went} settled or waiting; ${differenceText(came, went)}.`,
        ]),
    ...(inHand <= waiting ? [] : [`Exporter ${name} has ${inHand} in hand, and only ${waiting} waiting.`]),
  ];
}

function differenceText(came: number, went: number): string {
  const by = Math.abs(came - went);
  const are = by === 1 ? '1 is' : `${by} are`;
  return `${are} ${came > went ? 'unaccounted for' : 'counted twice'}`;
}
