/** How the event stream is read. */
import { z } from 'zod';
import { byteSize, duration } from '../runtime/fields.ts';

export const schema = z.object({
  ping_interval: duration({ minMs: 1000, maxMs: 3_600_000 })
    .prefault('30s')
    .meta({ description: 'How often a silent engine is asked, on a second connection, whether it is still there.' }),
  ping_timeout: duration({ minMs: 100, maxMs: 600_000 })
    .prefault('10s')
    .meta({ description: 'How long that answer may take before the stream is given up and opened anew.' }),
  reconnect_initial: duration({ minMs: 10, maxMs: 60_000 }).prefault('250ms').meta({
    description:
      'The longest first wait before reconnecting; it doubles with each failure once an engine has been away for 10 s.',
  }),
  reconnect_max: duration({ minMs: 100, maxMs: 3_600_000 })
    .prefault('30s')
    .meta({ description: 'The longest wait between two tries to reconnect. There is no last try.' }),
  audit_interval: duration({ minMs: 0, maxMs: 3_600_000 }).prefault('30s').meta({
    description:
      'How often the engine’s memory is compared with what the stream has brought, so that events which it left out are recovered or told. More often while events come: after some 128 of them, at most once a second. 0 turns it off.',
  }),
  emit_inventory: z.boolean().prefault(false).meta({
    description:
      'Tells of the containers that are there at the very first start, as synthetic events, instead of only remembering them.',
  }),
  inspect_health_checks: z.boolean().prefault(true).meta({
    description:
      'Asks the engine once for each container how its health is checked (GET /containers/ID/json), so that the execs of health checks are told apart from those of people and programs. Without it they are taken for anybody’s.',
  }),
  max_line_size: byteSize({ min: 65_536, max: 268_435_456 })
    .prefault('16MiB')
    .meta({ description: 'The longest event that is read, in characters. A longer one is refused, counted and told.' }),
});

export type ReceiverOptions = z.output<typeof schema>;

export const aliases: Readonly<Record<string, string>> = {};
