/** Which program this is, for the instrumentation scope and for User-Agent. */
import about from '../../package.json' with { type: 'json' };

export const VERSION: string = about.version;

export const USER_AGENT = `docker-events-otel/${VERSION}`;
