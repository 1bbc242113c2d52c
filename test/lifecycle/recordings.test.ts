/** The spans of what real engines sent. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Lifecycle } from '../../src/lifecycle/lifecycle.ts';
import type { EventEntry, SpanEntry } from '../../src/model/entry.ts';
import { toDecimalNanos, type UnixNanos } from '../../src/model/time.ts';
import { receivedOf } from '../support/events.ts';

const FOLDER = join(import.meta.dirname, '..', 'fixtures', 'recordings');

function fold(engine: string): readonly (EventEntry | SpanEntry)[] {
  const lines = readFileSync(join(FOLDER, `engine-${engine}-swarm.ndjson`), 'utf8')
    .trim()
    .split('\n');
  return new Lifecycle('docker_events').fold(lines.map(receivedOf));
}

function spansOf(engine: string): readonly SpanEntry[] {
  return fold(engine).filter((entry) => entry.kind === 'span');
}

function counts(spans: readonly SpanEntry[]): Readonly<Record<string, number>> {
  const names = spans.map(({ name }) => name);
  return Object.fromEntries(
    [...new Set(names)].sort().map((name) => [name, names.filter((one) => one === name).length]),
  );
}

/** Name, beginning and end by their last digits, and what else there is to say. */
function lineOf({ name, start, end, estimated, failure, links }: SpanEntry): string {
  const ends = `${digitsOf(start)}-${digitsOf(end)}`;
  const more = [estimated, failure, ...links.map(({ why, trace }) => `${why} ${digitsOf(trace.start)}`)];
  return [name, ends, ...more.filter((word) => word !== undefined)].join(' ');
}

function digitsOf(time: UnixNanos): string {
  return toDecimalNanos(time).slice(6);
}

function linesOf(spans: readonly SpanEntry[], container: string): readonly string[] {
  return spans.filter(({ trace }) => trace.id.startsWith(container)).map(lineOf);
}

describe('the spans of a recording', () => {
  it('are those of engine 20.10', () => {
    const spans = spansOf('20.10');
    assert.deepEqual(counts(spans), { create: 10, exec: 8, pause: 2, rollout: 1, run: 14, stop: 6 });
    assert.deepEqual(linesOf(spans, '6f82f152cb'), [
      'create 3531472724681-3531589029450',
      'run 3531589029450-3531610168180 failed',
      'run 3531873140738-3531895351588 failed previous_run 3531589029450',
      'run 3532251809259-3532267968224 failed previous_run 3531873140738',
    ]);
    assert.deepEqual(linesOf(spans, '98350b53b7'), [
      'create 3531270434169-3531413251136',
      'run 3531413251136-3531438212653 oom_killed',
    ]);
    assert.deepEqual(linesOf(spans, 'eb96eac479'), [
      'create 3536234159111-3536766588501',
      'stop 3541896609861-3551936070654',
      'run 3536766588501-3551936070654 rollout 3539732475304',
    ]);
    assert.deepEqual(linesOf(spans, '6r9nkhhlpb'), ['rollout 3539732475304-3543750363999']);
  });

  it('are those of engine 28', () => {
    const spans = spansOf('28');
    assert.deepEqual(counts(spans), { create: 15, exec: 18, pause: 4, rollout: 2, run: 23, stop: 9 });
    assert.deepEqual(linesOf(spans, '88c5773864').slice(-15), [
      'exec 8840325679703-8840383334448',
      'exec 8840927853024-8840976498803',
      'exec 8841977698483-8842031676309',
      'exec 8842410088720-8842460004739',
      'pause 8842576846181-8842603145875',
      'exec 8843608041331-8843659743434',
      'stop 8842730618375-8843779344070',
      'run 8837803756065-8843779344070',
      // It could not be started, which no event tells.
      'exec 8842488772292-8842488772292 end not_started',
      'exec 8844907618473-8844949313808 exit_code',
      'stop 8843932427164-8844983276948',
      'run 8843906466420-8844983276948 previous_run 8837803756065',
      'pause 8845106648607-8845124099993',
      'stop 8845218878483-8845257284030',
      'run 8845083387823-8845257284030 previous_run 8843906466420',
    ]);
    // Its labels say that it exited with 0.
    assert.deepEqual(linesOf(spans, 'b2c770d19b'), [
      'create 8848619667340-8848748733570',
      'run 8848748733570-8848783791885',
    ]);
    assert.deepEqual(linesOf(spans, 'iuso7yqoca'), [
      'rollout 8853589376048-8857615116798',
      'rollout 8857615116798-8862658140831',
    ]);
  });

  it('are of every container that died', () => {
    for (const engine of ['20.10', '28']) {
      const entries = fold(engine);
      const deaths = entries.filter((entry) => entry.kind === 'event' && entry.event.action === 'die');
      const roots = entries.filter((entry) => entry.kind === 'span' && entry.name === 'run');
      assert.deepEqual(
        roots.map(({ uid }) => uid),
        deaths.map(({ uid }) => uid),
      );
    }
  });

  it('tell a restart where the container had run before, and nowhere else', () => {
    const restarts = (engine: string) =>
      fold(engine).filter((entry) => entry.kind === 'event' && entry.context.isRestart);
    const starts = restarts('28');
    assert.ok(starts.every((entry) => entry.kind === 'event' && entry.event.action === 'start'));
    assert.deepEqual([restarts('20.10').length, starts.length], [4, 8]);
  });
});
