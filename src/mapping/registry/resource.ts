/** Attributes of the resource: of records one set for each engine, of spans one for each service of an engine. */
import { own, semconv } from './definition.ts';

export const RESOURCE = {
  'service.name': semconv(
    'string',
    'Of records: option `service_name`; else a resource attribute service.name; else docker-events. Of spans: the service that the container is of; see below.',
    'always',
    'docker-events',
  ),
  'service.namespace': semconv(
    'string',
    'The stack or Compose project of that service.',
    'spans of containers that have one',
    'shop',
  ),
  'host.name': semconv('string', "The engine's host.", 'where known', 'node-1'),
  'container.runtime.name': semconv('string', 'What the engine calls itself.', 'where known', 'docker'),
  'container.runtime.version': semconv('string', "The engine's version.", 'where known', '28.5.2'),
  'docker.engine.id': own(
    'string',
    'The id an engine keeps for life.',
    'where it may be asked for',
    '74VX:B242:BPRW:QV3C:OV74:UHPI:66LF:HAQO:KYR3:TQHB:A2PB:3T4U',
  ),
  'docker.engine.version': own('string', "The engine's version.", 'where known', '28.5.2'),
  'docker.events.recording': own(
    'string',
    'The file that is played in the place of an engine. Such a record tells of nothing that happens now.',
    'only when a recording is played',
    'engine-28-swarm.ndjson',
  ),
} as const;
