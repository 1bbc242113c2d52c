/** A journal as a collector leaves it: two exporters, one of them behind, a gap, and a record that was refused. */
import type { GapEntry } from '../../src/model/entry.ts';
import { entryOf, eventLine } from '../support/events.ts';
import { type JournalRig, openJournal, turn } from '../support/journal-rig.ts';
import { IDENTITY } from '../support/scripted-engine.ts';
import type { TestWorld } from './test-world.ts';

/** Noon, which the clock of a test world shows too, and the seconds after it. */
const NOON = 1_795_262_400;

function at(seconds: number, parts: Parameters<typeof eventLine>[0]) {
  const entry = entryOf(eventLine({ ...parts, timeNano: `${NOON - 600 + seconds}000000000` }));
  return { ...entry, observedAt: [NOON - 600 + seconds, 5000] as const };
}

const WEB = 'a'.repeat(64);
const DB = 'b'.repeat(64);

export const ENTRIES = [
  at(0, { action: 'create', id: WEB, attributes: { image: 'shop:1', name: 'web' } }),
  at(1, {
    type: 'network',
    action: 'connect',
    id: 'n1',
    attributes: { container: WEB, name: 'bridge', type: 'bridge' },
  }),
  at(2, { action: 'start', id: WEB, attributes: { image: 'shop:1', name: 'web' } }),
  at(300, {
    action: 'exec_create: sh -c "echo $TOKEN"',
    id: DB,
    attributes: { image: 'db:1', name: 'db', execID: 'e1' },
  }),
  at(590, { action: 'die', id: WEB, attributes: { image: 'shop:1', name: 'web', exitCode: '3' } }),
] as const;

export const GAP: GapEntry = {
  kind: 'gap',
  uid: '0'.repeat(32),
  reason: 'engine_restarted',
  from: [NOON - 10, 0],
  to: [NOON - 5, 0],
  atLeast: undefined,
  recovered: undefined,
  reconciled: undefined,
  detail: undefined,
  observedAt: [NOON - 4, 0],
  engine: IDENTITY,
};

/** Fills a folder, and leaves it as after an orderly stop. */
export async function fillJournal(folder: string): Promise<void> {
  await (await startJournal(folder)).stop();
}

/** The same, and the collector is at work. */
export async function startJournal(folder: string): Promise<JournalRig> {
  const rig = await openJournal(folder, { readers: ['otlp_http', 'console'], storage: { history: 2 ** 24 } });
  for (const entry of ENTRIES) rig.journal.append([entry]);
  rig.journal.append([GAP]);
  const slow = rig.journal.reader('otlp_http');
  const [first] = slow.lease(1);
  if (first !== undefined) slow.setAside(first, 'HTTP 400: no such tenant');
  const fast = rig.journal.reader('console');
  for (const leased of fast.lease(100)) fast.acknowledge(leased);
  await turn();
  return rig;
}

/** As if a person looked on. */
export function onTerminal(world: TestWorld): TestWorld {
  Object.assign(world.stdout, { isTTY: true });
  return world;
}
