/**
 * A Logtail configuration, accepted as a file as it is:
 *
 *     {"inputs": [{"type": "service_docker_event", "detail": {"EventQueueSize": 10, "IgnoreAttributes": true}}]}
 *
 * It becomes our own document with the same lines. Records carry Logtail's keys beside our own (views otel and logtail).
 * What Logtail would do besides reading events (flushers, other inputs) is not done here, and that is told.
 */

import { nearest } from '../runtime/nearest.ts';
import type { Findings } from './layer.ts';
import { list, type MapEntry, type MapNode, type Node, named } from './node.ts';
import { problemAt, quoted, shown } from './problem.ts';
import { RECEIVER } from './schemas.ts';

const INPUT = 'service_docker_event';
const DETAILS = ['EventQueueSize', 'IgnoreAttributes'];

export function isLogtail(document: MapNode): boolean {
  return document.entries.has('inputs');
}

/** The same as a document of ours. */
export function fromLogtail(document: MapNode, findings: Findings): MapNode {
  for (const key of document.entries.keys()) {
    if (key !== 'inputs') findings.warnings.push(`"${key}" of the Logtail configuration has no effect here.`);
  }
  const inputs = document.entries.get('inputs')?.value;
  const detail = detailOf(inputs, document, findings);
  for (const [key, { place }] of detail.entries) {
    if (!DETAILS.includes(key)) {
      findings.problems.push(problemAt(place, `one of ${DETAILS.join(', ')}`, quoted(key), nearest(key, DETAILS)));
    }
  }
  const only = (key: string) => {
    const entry = detail.entries.get(key);
    return entry === undefined ? [] : [[key, entry] as const];
  };
  const place = detail.place;
  const views = list(['otel', 'logtail'], named('the views of a Logtail configuration'));
  const mapping = [['views', { place, value: views }] as const, ...only('IgnoreAttributes')];
  return nested(document, [
    ['receivers', nested(detail, [[RECEIVER, nested(detail, only('EventQueueSize'))]])],
    ['processors', nested(detail, [['mapping', nested(detail, mapping)]])],
  ]);
}

function detailOf(inputs: Node | undefined, document: MapNode, { problems, warnings }: Findings): MapNode {
  const nothing: MapNode = { ...document, entries: new Map() };
  if (inputs?.kind !== 'list') {
    problems.push(
      problemAt(inputs?.place ?? document.place, 'a list', inputs === undefined ? 'nothing' : shown(inputs)),
    );
    return nothing;
  }
  const maps = inputs.items.filter((item) => item.kind === 'map');
  const ours = maps.filter((input) => typeOf(input) === INPUT);
  for (const input of maps) {
    const type = typeOf(input);
    if (type !== INPUT) warnings.push(`The Logtail input ${quoted(type)} is not read here; only ${INPUT} is.`);
  }
  const [first, second] = ours;
  if (first === undefined || second !== undefined) {
    problems.push(
      problemAt(inputs.place, `one input of type ${INPUT}`, first === undefined ? 'none' : `${ours.length}`),
    );
    return nothing;
  }
  const detail = first.entries.get('detail')?.value;
  if (detail === undefined || (detail.kind === 'scalar' && detail.value === null))
    return { ...first, entries: new Map() };
  if (detail.kind === 'map') return detail;
  problems.push(problemAt(detail.place, 'a mapping', shown(detail)));
  return nothing;
}

function typeOf(input: MapNode): string {
  const type = input.entries.get('type')?.value;
  return type?.kind === 'scalar' ? String(type.value) : '';
}

function nested({ place }: MapNode, entries: readonly (readonly [string, MapEntry | MapNode])[]): MapNode {
  return {
    kind: 'map',
    place,
    entries: new Map(entries.map(([key, entry]) => [key, 'kind' in entry ? { place, value: entry } : entry])),
  };
}
