/** The rules of a trial, and what they must have told of. */
import type { Tally } from '../support/tally.ts';
import type { Told } from './stories.ts';

/** Of the second rule, which counts over the ends of collectors. */
const COUNT = 3;

/** One that tells of each death, and one that tells of every third. */
export const RULES = `
- rule: Died
  desc: A container died.
  condition: docker.type = container and docker.action = die
  output: "%docker.container.name died with %docker.attributes.exitcode"
  priority: Notice
  source: docker
- rule: Died often
  desc: Containers of one image died.
  condition: docker.type = container and docker.action = die
  output: Containers of %docker.attributes.image die
  priority: Error
  source: docker
  threshold: {count: ${COUNT}, within: 1h, by: [docker.attributes.image], cool_down: 0s}
`;

/** Each alert that is missing or was told twice, a sentence each; those about events that were worked out are left out. */
export function alertComplaints(tally: Tally, told: readonly Told[]): readonly string[] {
  const alerts = tally.alerts.filter(({ attributes }) => attributes.get('docker.event.synthetic') !== true);
  const deaths = told.filter(({ line }) => line.includes('"Action":"die"'));
  const left = new Set(
    deaths.flatMap(({ timeNano }, index) => [
      `Died ${timeNano}`,
      ...((index + 1) % COUNT === 0 ? [`Died often ${timeNano}`] : []),
    ]),
  );
  const found = alerts.flatMap(({ attributes, timeUnixNano }) => {
    const alert = `${attributes.get('security_rule.name')} ${timeUnixNano}`;
    return left.delete(alert) ? [] : [`told once too often: ${alert}`];
  });
  return [...found, ...[...left].map((alert) => `never told: ${alert}`)];
}
