import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rename, rm, unlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { FileWatch } from '../../src/runtime/file-watch.ts';
import { FakeClock } from '../support/fake-clock.ts';

describe('a watch over files', () => {
  let folder: string;
  let file: string;
  let clock: FakeClock;
  let watch: FileWatch;
  let changes: number;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'watch-'));
    file = join(folder, 'a.yaml');
    await writeFile(file, 'one');
    clock = new FakeClock();
    changes = 0;
    watch = watching([file]);
  });
  afterEach(async () => {
    watch.stop();
    await rm(folder, { recursive: true });
    assert.equal(clock.pending, 0, 'a timer was left behind');
  });

  function watching(files: readonly string[], intervalMs = 1000): FileWatch {
    const onChange = () => {
      changes += 1;
    };
    return new FileWatch({ clock, intervalMs, files: () => files, onChange });
  }

  /** One look, until it has set the timer of the next one. */
  async function look(): Promise<void> {
    clock.advance(1000);
    while (clock.pending === 0) await setImmediate();
  }

  it('says nothing of files that stay as they are', async () => {
    await watch.start();
    for (let looks = 0; looks < 3; looks += 1) await look();
    assert.equal(changes, 0);
  });

  it('tells a change once, when it has been seen twice', async () => {
    await watch.start();
    await writeFile(file, 'another');
    await look();
    assert.equal(changes, 0);
    await look();
    assert.equal(changes, 1);
    await look();
    assert.equal(changes, 1);
  });

  it('waits while a file is still being written', async () => {
    await watch.start();
    for (const text of ['t', 'tw', 'two']) {
      await writeFile(file, text.repeat(10));
      await look();
    }
    assert.equal(changes, 0);
    await look();
    assert.equal(changes, 1);
  });

  it('tells that a file of the same size and time was put in its place', async () => {
    const time = new Date(2026, 0, 1);
    await utimes(file, time, time);
    await watch.start();
    const other = join(folder, 'b');
    await writeFile(other, 'two');
    await utimes(other, time, time);
    await rename(other, file);
    await look();
    await look();
    assert.equal(changes, 1);
  });

  it('tells that a file has gone, and that it came back', async () => {
    await watch.start();
    await unlink(file);
    await look();
    await look();
    assert.equal(changes, 1);
    await writeFile(file, 'one');
    await look();
    await look();
    assert.equal(changes, 2);
  });

  it('tells that a name has come into a folder', async () => {
    const rules = join(folder, 'rules');
    await mkdir(rules);
    watch = watching([rules]);
    await watch.start();
    await writeFile(join(rules, 'a.yaml'), '');
    await look();
    await look();
    assert.equal(changes, 1);
  });

  it('does not look where it is turned off', async () => {
    watch = watching([file], 0);
    await watch.start();
    assert.equal(clock.pending, 0);
  });

  it('looks no more when it was stopped, in the middle of a look too', async () => {
    await watch.start();
    await writeFile(file, 'another');
    await look();
    clock.advance(1000);
    watch.stop();
    for (let turns = 0; turns < 50; turns += 1) await setImmediate();
    assert.deepEqual([changes, clock.pending], [0, 0]);
  });
});
