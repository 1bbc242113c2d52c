import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { ExporterState } from '../../src/model/status.ts';
import { imbalances } from '../../src/telemetry/balance.ts';
import { exporterState, statusOf } from '../support/statuses.ts';

describe('the balance', () => {
  it('is even where everything is accounted for', () => {
    assert.deepEqual(imbalances(statusOf()), []);
  });

  it('tells what is missing of an exporter, and by how much', () => {
    assert.deepEqual(imbalances(statusOf({ exporters: [exporterState({ exported: 1097 })] })), [
      'Exporter otlp_http does not balance: 1210 carried over or appended, and 1207 settled or waiting; 3 are unaccounted for.',
    ]);
    assert.deepEqual(imbalances(statusOf({ exporters: [exporterState({ exported: 1101 })] })), [
      'Exporter otlp_http does not balance: 1210 carried over or appended, and 1211 settled or waiting; 1 is counted twice.',
    ]);
  });

  it('tells what is missing of the intake', () => {
    const { intake } = statusOf();
    assert.deepEqual(imbalances(statusOf({ intake: { ...intake, received: 1301 } })), [
      'The intake does not balance: 1306 received or worked out, and 1305 refused, known already or accepted; 1 is unaccounted for.',
    ]);
  });

  it('tells of more in hand than is waiting', () => {
    assert.deepEqual(imbalances(statusOf({ exporters: [exporterState({ inHand: 10 })] })), [
      'Exporter otlp_http has 10 in hand, and only 9 waiting.',
    ]);
  });

  it('sees every single count that is off', () => {
    const names = [
      'carriedOver',
      'appended',
      'exported',
      'filtered',
      'passedOver',
      'rejected',
      'dropped',
      'waiting',
    ] as const satisfies readonly (keyof ExporterState)[];
    const off = fc.integer({ min: 1, max: 1_000_000 });
    fc.assert(
      fc.property(fc.constantFrom(...names), off, (name, by) => {
        const state = exporterState();
        assert.equal(imbalances(statusOf({ exporters: [{ ...state, [name]: state[name] + by }] })).length, 1);
      }),
    );
  });
});
