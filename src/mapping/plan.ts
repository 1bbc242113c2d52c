/**
 * What is to be done with an event of one type and action, worked out once for every action of the catalogue, so that the
 * hot path looks it up and goes.
 */
import type { DockerEvent } from '../model/docker-event.ts';
import { eventNameOf } from '../model/event-name.ts';
import type { SeverityNumber } from '../model/severity.ts';
import { NO_KEYS, type OwnKeys } from './readers.ts';
import { severityOf } from './severity.ts';
import { CONTAINER_MAPPING } from './types/container.ts';
import { IMAGE_MAPPING } from './types/image.ts';
import {
  BUILDER_MAPPING,
  DAEMON_MAPPING,
  NETWORK_MAPPING,
  PLUGIN_MAPPING,
  putUnknown,
  VOLUME_MAPPING,
} from './types/local.ts';
import { CONFIG_MAPPING, NODE_MAPPING, SECRET_MAPPING, SERVICE_MAPPING } from './types/swarm.ts';
import {
  type ActionMapping,
  actionInWords,
  type Facts,
  shortId,
  shown,
  type TypeMapping,
} from './types/type-mapping.ts';

export interface Plan {
  readonly eventName: string;
  /** The base action, as the engine writes it. */
  readonly action: string;
  readonly own: OwnKeys;
  readonly type: TypeMapping;
  readonly mapping: ActionMapping;
  readonly severity: (facts: Facts) => SeverityNumber;
}

export interface Planned {
  readonly plan: Plan;
  /** What follows `: ` where the action is known to carry something: a command or a state. */
  readonly suffix: string | undefined;
  /** What follows the first colon of any other action. */
  readonly detail: string | undefined;
}

const TYPES: ReadonlyMap<string, TypeMapping> = new Map([
  ['container', CONTAINER_MAPPING],
  ['image', IMAGE_MAPPING],
  ['volume', VOLUME_MAPPING],
  ['network', NETWORK_MAPPING],
  ['plugin', PLUGIN_MAPPING],
  ['builder', BUILDER_MAPPING],
  ['daemon', DAEMON_MAPPING],
  ['node', NODE_MAPPING],
  ['service', SERVICE_MAPPING],
  ['secret', SECRET_MAPPING],
  ['config', CONFIG_MAPPING],
]);

/** For types that an engine newer than this project sends. */
const UNKNOWN_TYPE: TypeMapping = {
  own: NO_KEYS,
  actions: new Map(),
  actor: () => undefined,
  other: putUnknown,
  labelled: false,
  says: ({ event }) => `${shown(event.type)} ${shortId(event.actorId)}: ${actionInWords(event)}.`,
};

function planFor(typeName: string, type: TypeMapping, action: string, mapping: ActionMapping): Plan {
  return {
    eventName: eventNameOf(typeName, action),
    action,
    own: mapping.own === undefined ? type.own : new Map([...type.own, ...mapping.own]),
    type,
    mapping,
    severity: severityOf(typeName, action),
  };
}

/** The known actions of each type, with one `Planned` for those without a suffix, so that none is made for each event. */
const PLANS: ReadonlyMap<string, ReadonlyMap<string, Planned>> = new Map(
  [...TYPES].map(([name, type]) => [
    name,
    new Map(
      [...type.actions].map(([action, mapping]) => [
        action,
        { plan: planFor(name, type, action, mapping), suffix: undefined, detail: undefined },
      ]),
    ),
  ]),
);

export function planOf({ type, action }: DockerEvent): Planned {
  const known = PLANS.get(type);
  const whole = known?.get(action);
  if (whole !== undefined) return whole;
  const colon = action.indexOf(':');
  const base = colon < 0 ? action : action.slice(0, colon);
  const plan = known?.get(base)?.plan ?? unknownPlan(type, base);
  if (colon < 0) return { plan, suffix: undefined, detail: undefined };
  const isSpaced = action[colon + 1] === ' ';
  const rest = action.slice(isSpaced ? colon + 2 : colon + 1);
  const isSuffix = isSpaced && plan.mapping.suffix !== undefined;
  return isSuffix ? { plan, suffix: rest, detail: undefined } : { plan, suffix: undefined, detail: rest };
}

function unknownPlan(typeName: string, action: string): Plan {
  const type = TYPES.get(typeName) ?? UNKNOWN_TYPE;
  return planFor(typeName, type, action, { says: type.says });
}
