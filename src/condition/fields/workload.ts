/**
 * What a container is one of, in one word, for counting: each try of a Swarm task is a container of its own, and so are the
 * replicas of a service, but what crashes again and again is the service.
 */
import type { EventEntry } from '../../model/entry.ts';
import { type FieldGroup, ofEvent, said } from './define.ts';

function workload(entry: EventEntry): string | undefined {
  const ofContainer = (key: string) => said(entry, 'container', key);
  const service = ofContainer('com.docker.swarm.service.name');
  if (service !== undefined) return service;
  const compose = ofContainer('com.docker.compose.service');
  // What `docker compose run` starts is somebody's one try, and not the service.
  if (compose === undefined || ofContainer('com.docker.compose.oneoff') === 'True') return ofContainer('name');
  const project = ofContainer('com.docker.compose.project');
  return project === undefined ? compose : `${project}/${compose}`;
}

export const WORKLOAD: FieldGroup = {
  title: 'What a container is one of',
  preface: 'Of container events.',
  fields: [
    ofEvent('own')(
      'text',
      'docker.workload',
      'Its Swarm service; else its Compose project and service, with a slash between them; else its name. Thresholds count by it.',
      'shop/web',
      workload,
    ),
  ],
};
