/** What the events added up to, as metrics. */
import type { MetricData, MetricPoint } from '../model/metric.ts';
import { EVENT_METRICS } from './catalogue/events.ts';
import { data, point } from './data.ts';
import type { HostTally } from './host-tally.ts';
import type { OwnerTally } from './owner-tally.ts';

export function eventData(hosts: readonly HostTally[]): readonly MetricData[] {
  const owners = hosts.flatMap((host) => [...host.owners()]);
  const byOwner = (count: (owner: OwnerTally) => number) =>
    owners.map((owner) => point(owner.attributes, count(owner)));
  return [
    data(EVENT_METRICS.events, hosts.flatMap(eventPoints)),
    data(
      EVENT_METRICS.pulls,
      hosts.map(({ attributes, pulls }) => point(attributes, pulls)),
    ),
    data(
      EVENT_METRICS.starts,
      byOwner(({ starts }) => starts),
    ),
    data(
      EVENT_METRICS.restarts,
      byOwner(({ restarts }) => restarts),
    ),
    data(EVENT_METRICS.deaths, owners.flatMap(deathPoints)),
    data(
      EVENT_METRICS.oomKills,
      byOwner(({ oomKills }) => oomKills),
    ),
    data(EVENT_METRICS.healthChanges, owners.flatMap(healthPoints)),
    data(
      EVENT_METRICS.execs,
      byOwner(({ execs }) => execs),
    ),
    data(EVENT_METRICS.runDuration, owners.flatMap(durationPoints)),
    data(
      EVENT_METRICS.running,
      byOwner(({ running }) => running),
    ),
  ];
}

function eventPoints(host: HostTally): MetricPoint[] {
  return [...host.events()].map(({ type, action, count }) =>
    point({ 'docker.event.type': type, 'docker.event.action': action, ...host.attributes }, count),
  );
}

function deathPoints({ deaths, attributes }: OwnerTally): MetricPoint[] {
  return Object.entries(deaths).map(([reason, count]) =>
    point({ 'docker.container.exit.reason': reason, ...attributes }, count),
  );
}

function healthPoints({ healthChanges, attributes }: OwnerTally): MetricPoint[] {
  return [...healthChanges].map(([state, count]) => point({ 'docker.health.status': state, ...attributes }, count));
}

/** Without a run that ended there is no histogram: it would be sixteen series of nothing. */
function durationPoints({ runDurations, attributes }: OwnerTally): MetricPoint[] {
  return runDurations.count === 0 ? [] : [point(attributes, runDurations.distribution())];
}
