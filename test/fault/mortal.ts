/**
 * A collector that ends itself with SIGKILL in the middle of its work. Run as a process of its own:
 *
 *     node mortal.ts CONFIG [POINT COUNT]
 *
 * CONFIG is the text of a configuration. At the COUNTth time that it comes by the marked point the process is gone, as by
 * a power failure of this process alone. Without a point it works until SIGTERM.
 */
import { createCollector, createLog, createTelemetry, systemSurroundings } from '../../src/collector.ts';
import { loadConfig } from '../../src/config/load.ts';
import type { MarkedPoint } from '../../src/model/mark.ts';
import { systemClock } from '../../src/runtime/clock.ts';
import { systemRandom } from '../../src/runtime/random.ts';

const [text = '', fatalPoint, count] = process.argv.slice(2);
let left = Number(count);

const { stdout, stderr } = process;
const loaded = await loadConfig({ file: { path: 'mortal.yaml', text }, env: {}, args: {} });
if (!loaded.ok) throw new Error(JSON.stringify(loaded.problem));
const { config } = loaded.value;
const clock = systemClock;
const log = createLog({ ...config.service.log, destination: stderr, isTerminal: false, clock });
const telemetry = createTelemetry(log, clock);
/** Without it the journal works as it does for users, which write with fewer transactions. */
const mark = (point: MarkedPoint) => {
  if (point !== fatalPoint) return;
  left -= 1;
  if (left === 0) process.kill(process.pid, 'SIGKILL');
};
const created = await createCollector({
  config,
  clock,
  random: systemRandom,
  telemetry,
  terminal: { stdout, isTerminal: false, env: {} },
  surroundings: { ...systemSurroundings, env: {} },
  ...(fatalPoint === undefined ? {} : { mark }),
});
if (!created.ok) throw new Error(created.problem.message);
await created.value.start();
process.once('SIGTERM', async () => {
  await created.value.stop(new AbortController().signal);
  telemetry.flush();
  process.exit(0);
});
// A test run that is cut off leaves none of these behind.
process.stdin.resume().once('end', () => process.exit(1));
