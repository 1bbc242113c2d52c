import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

const HEAP = join(import.meta.dirname, '../../src/runtime/heap.ts');

/** Keeps enough of what it makes alive that V8 would let the young generation grow, and prints how large it became, MiB. */
const PROGRAM = `
import { setImmediate } from 'node:timers/promises';
import { getHeapSpaceStatistics } from 'node:v8';
import { boundYoungGeneration } from ${JSON.stringify(HEAP)};
boundYoungGeneration(process.execArgv, process.env.NODE_OPTIONS);
const kept = [];
for (let round = 0; round < 600; round += 1) {
  kept[round % 40] = Array.from({ length: 4000 }, (_, index) => ({ index, text: 'x' + index, round }));
  await setImmediate();
}
const { space_size: size } = getHeapSpaceStatistics().find(({ space_name: name }) => name === 'new_space');
console.log(size / 1024 / 1024);
`;

async function youngMiB(...options: string[]): Promise<number> {
  const args = [...options, '--input-type=module', '--eval', PROGRAM];
  const { stdout } = await promisify(execFile)(process.execPath, args, { env: {} });
  return Number(stdout);
}

describe('the young generation', () => {
  it('stops growing, unless whoever starts the process says how large it may be', async () => {
    assert.ok((await youngMiB()) <= 32);
    assert.ok((await youngMiB('--max-semi-space-size=64')) > 32);
  });
});
