import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRecording } from '../../src/engine/recording.ts';
import { LIVE, problemIn, valueIn, WHOLE } from '../support/engine-under-test.ts';

describe('a recording', () => {
  let folder: string;
  let path: string;
  const stop = new AbortController();

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'recording-'));
    path = join(folder, 'busy-host.ndjson');
  });

  after(() => rm(folder, { recursive: true }));

  it('plays its bytes as one stream and ends', async () => {
    const text = `${JSON.stringify({ Type: 'container', Action: 'start' })}\n`.repeat(3000);
    await writeFile(path, text);
    const session = valueIn(await createRecording(path).connect(stop.signal));
    assert.deepEqual(
      [session.identity.recording, session.identity.runtime, session.identity.hostName, session.identity.endpoint],
      ['busy-host.ndjson', 'docker', undefined, 'recording busy-host.ndjson'],
    );
    const stream = valueIn(await session.events(WHOLE, stop.signal));
    const chunks: Buffer[] = [];
    assert.deepEqual(await stream.read((bytes) => chunks.push(Buffer.from(bytes))), { kind: 'ended' });
    assert.equal(Buffer.concat(chunks).toString(), text);
    assert.ok(chunks.length > 1, 'it came in one piece');
    valueIn(await session.ping(1000, stop.signal));
  });

  it('can be stopped in the middle', async () => {
    await writeFile(path, 'x'.repeat(1_000_000));
    const session = valueIn(await createRecording(path, 'podman').connect(stop.signal));
    assert.equal(session.dialect.name, 'podman');
    const stream = valueIn(await session.events(LIVE, stop.signal));
    let length = 0;
    const end = await stream.read((bytes) => {
      length += bytes.length;
      stream.close();
    });
    assert.deepEqual(end, { kind: 'closed_by_us' });
    assert.ok(length < 1_000_000);
  });

  it('that is not there is told with how to make one', async () => {
    const missing = join(folder, 'missing.ndjson');
    assert.deepEqual(problemIn(await createRecording(missing).connect(stop.signal)), {
      code: 'no_endpoint',
      message: `There is no recording at ${missing}. Make one with: docker events --format '{{json .}}' > FILE`,
    });
  });

  it('that is a directory is told', async () => {
    assert.deepEqual(problemIn(await createRecording(folder).connect(stop.signal)), {
      code: 'no_endpoint',
      message: `The recording ${folder} is a directory. Make one with: docker events --format '{{json .}}' > FILE`,
    });
  });
});
