/** Entries that tell what is missing. */
import type { GapEntry, LossEntry } from '../../src/model/entry.ts';
import { IDENTITY } from './scripted-engine.ts';

/** Noon, and a nanosecond. */
const NOON = [1_795_262_400, 1] as const;
const SEEN = [1_795_262_401, 0] as const;

export const GAP: GapEntry = {
  kind: 'gap',
  uid: '1f14e45fceea167a5a36dedd4bea2543',
  reason: 'ring_overrun',
  from: undefined,
  to: NOON,
  atLeast: 12,
  recovered: undefined,
  reconciled: undefined,
  detail: undefined,
  observedAt: SEEN,
  engine: IDENTITY,
};

export const LOSS: LossEntry = {
  kind: 'loss',
  uid: '2f14e45fceea167a5a36dedd4bea2543',
  reason: 'queue_full',
  exporter: 'otlp_http',
  count: 3,
  first: NOON,
  last: NOON,
  detail: undefined,
  observedAt: SEEN,
  engine: IDENTITY,
};
