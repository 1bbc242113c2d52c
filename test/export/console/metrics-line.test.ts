import assert from 'node:assert/strict';
import { stripVTControlCharacters } from 'node:util';
import fc from 'fast-check';
import { createMetricsLineFormat } from '../../../src/export/console/metrics-line.ts';
import type { MetricDefinition, MetricPoint, MetricsReport } from '../../../src/model/metric.ts';
import { everyMetric } from '../../metrics/every-metric.ts';

const plain = createMetricsLineFormat({ color: false, timeZone: 'UTC' });
const colored = createMetricsLineFormat({ color: true, timeZone: 'UTC' });

const NOON = 1_795_262_400;

/** Of one metric. */
function report(parts: Partial<MetricDefinition>, ...points: readonly MetricPoint[]): MetricsReport {
  const definition = {
    name: 'docker.a',
    kind: 'counter',
    unit: '{a}',
    description: 'A.',
    attributes: [],
    ...parts,
  } as const;
  return {
    snapshot: { startedAt: [NOON - 60, 0], at: [NOON, 123_456_789], metrics: [{ definition, points }] },
    resource: { 'service.name': 'docker-events-otel' },
  };
}

const point = (value: MetricPoint['value'], attributes: MetricPoint['attributes'] = {}) => ({ value, attributes });

describe('metrics as lines', () => {
  const NAME = 'docker.a                                      ';
  const rows: readonly (readonly [what: string, report: MetricsReport, lines: readonly string[]])[] = [
    [
      'stand in the columns of records, one for each series, with what it is of',
      report({}, point(3, { 'host.name': 'vm', 'docker.compose.project': 'shop' }), point(4)),
      [
        `12:00:00.123  COUNT  ${NAME}  3             host.name=vm  docker.compose.project=shop`,
        `12:00:00.123  COUNT  ${NAME}  4`,
      ],
    ],
    ['leave out what stands at 0', report({}, point(0), point(1)), [`12:00:00.123  COUNT  ${NAME}  1`]],
    ['say what is now', report({ kind: 'updown' }, point(2)), [`12:00:00.123  GAUGE  ${NAME}  2`]],
    [
      'have units, and the thousandth of them at most',
      report({ kind: 'gauge', unit: 's' }, point(62.50049)),
      [`12:00:00.123  GAUGE  ${NAME}  62.5 s`],
    ],
    ['call bytes so', report({ kind: 'gauge', unit: 'By' }, point(64)), [`12:00:00.123  GAUGE  ${NAME}  64 bytes`]],
    [
      'say how many of a distribution there are, and their mean',
      report(
        { kind: 'histogram', unit: 's' },
        point({ bounds: [1], counts: [2, 1], sum: 4 }),
        point({ bounds: [1], counts: [0, 0], sum: 0 }),
      ),
      [`12:00:00.123  HIST   ${NAME}  3, mean 1.333 s`],
    ],
  ];
  for (const [what, given, lines] of rows) it(what, () => assert.deepEqual(plain(given).split('\n'), lines));

  it('tell each metric by its whole name', () => {
    const text = plain({ snapshot: everyMetric(), resource: {} });
    assert.match(text, /GAUGE {2}docker_events_otel\.exporter\.last_delivered\.timestamp {2}/);
  });

  it('say the same in colour', () => {
    const all = { snapshot: everyMetric(), resource: {} };
    assert.ok(colored(all).includes('\u001b[35mCOUNT\u001b[39m'));
    assert.equal(stripVTControlCharacters(colored(all)), plain(all));
  });

  it('cannot be broken by what a stranger wrote', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (text) => {
        assert.doesNotMatch(plain(report({}, point(1, { 'docker.compose.project': text }))), /\p{Cc}/u);
      }),
    );
  });
});
