/**
 * How bytes get to an engine: a fresh connection for every request, so that a ping never waits behind an event stream
 * and nothing is held open in between.
 *
 * What kind of connection it is follows from the endpoint and from nothing else; TLS is decided before, and a transport
 * with TLS has no way to speak without it.
 */
import { connect, isIP, type NetConnectOpts } from 'node:net';
import type { Duplex } from 'node:stream';
import { connect as connectTls, createSecureContext, type SecureContext } from 'node:tls';
import { authority, type LocalEndpoint, portOf, type SshEndpoint, type TcpEndpoint } from './endpoint.ts';
import { PacedConnection, type Pacing } from './paced.ts';
import { dialSsh } from './ssh.ts';
import type { TlsMaterial } from './tls-files.ts';

export interface Transport {
  /** The `Host` header. */
  readonly hostHeader: string;
  /** Goes before every path. */
  readonly basePath: string;
  /** Starts to connect; the stream's `error` tells when that fails. */
  open(): Duplex;
  /** The same for a request whose answer goes on and on; a {@link PacedConnection} where it can rest. */
  openStream(): Duplex;
}

/** Idle connections are probed after this long, so that a peer that is gone is noticed at last. */
const KEEP_ALIVE_MS = 30_000;

export function localTransport(endpoint: LocalEndpoint, pacing: Pacing | undefined): Transport {
  const to = { path: endpoint.path };
  return { hostHeader: 'localhost', basePath: '', ...opened(to, pacing) };
}

function opened(to: NetConnectOpts, pacing: Pacing | undefined): Pick<Transport, 'open' | 'openStream'> {
  const open = () => connect(to);
  return { open, openStream: pacing === undefined ? open : () => new PacedConnection(to, pacing) };
}

/** @throws when OpenSSL does not take the material */
export function tcpTransport(
  endpoint: TcpEndpoint,
  tls: TlsMaterial | undefined,
  pacing: Pacing | undefined,
): Transport {
  const port = portOf(endpoint, tls !== undefined);
  const { host, basePath } = endpoint;
  const hostHeader = authority(host, port);
  if (tls === undefined) {
    const to = { host, port, keepAlive: true, keepAliveInitialDelay: KEEP_ALIVE_MS, noDelay: true };
    return { hostHeader, basePath, ...opened(to, pacing) };
  }
  const context = secureContext(tls);
  const open = () => {
    const socket = connectTls({
      host,
      port,
      // A certificate is asked for by name; an address is no name (RFC 6066, 3).
      servername: isIP(host) === 0 ? host : '',
      secureContext: context,
      rejectUnauthorized: tls.verify,
    });
    socket.setKeepAlive(true, KEEP_ALIVE_MS);
    return socket;
  };
  return { hostHeader, basePath, open, openStream: open };
}

/** Made once and not from options at each connection, so that no key lies about in a socket's inspectable options. */
function secureContext(tls: TlsMaterial): SecureContext {
  return createSecureContext({
    minVersion: 'TLSv1.2',
    ...(tls.ca === undefined ? {} : { ca: tls.ca }),
    ...(tls.cert === undefined ? {} : { cert: tls.cert }),
    ...(tls.key === undefined ? {} : { key: tls.key }),
  });
}

export function sshTransport(endpoint: SshEndpoint, env: Readonly<Record<string, string | undefined>>): Transport {
  const open = () => dialSsh(endpoint, env);
  return { hostHeader: 'localhost', basePath: '', open, openStream: open };
}
