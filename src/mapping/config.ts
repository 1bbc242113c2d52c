/** What records look like. */
import { z } from 'zod';

export const DEFAULT_SERVICE_NAME = 'docker-events';

const views = z.enum(['otel', 'falco', 'logtail'], { error: 'otel, falco or logtail' });

export const schema = z.strictObject({
  views: z.array(views).min(1, { error: 'at least one of otel, falco and logtail' }).default(['otel']).meta({
    description:
      "Whose attribute names records carry: otel (this project's, by OpenTelemetry's conventions), falco (the 21 docker.* fields of Falco's docker plugin), logtail (the keys of Logtail's service_docker_event). Several side by side are possible.",
  }),
  ignore_attributes: z
    .boolean()
    .default(false)
    .meta({ description: "Leaves the engine's attributes out of the logtail view, as IgnoreAttributes does there." }),
  service_name: z
    .string()
    .min(1, { error: 'a name that is not empty' })
    .default(DEFAULT_SERVICE_NAME)
    .meta({ description: 'Resource attribute service.name, by which backends tell this source from others.' }),
  resource_attributes: z
    .record(
      z.string().min(1),
      z.union([z.string(), z.number(), z.boolean()], { error: 'text, a number, or true or false' }),
    )
    .default({})
    .meta({ description: 'Further resource attributes; they win over what the engine says of itself.' }),
});

export type MappingOptions = z.output<typeof schema>;

export const aliases: Readonly<Record<string, string>> = { IgnoreAttributes: 'ignore_attributes' };
