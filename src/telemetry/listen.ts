/** Addresses to listen at: `127.0.0.1:9464`, `[::1]:9464`, `localhost:9464`, `0.0.0.0:9464`. */
import { isIP } from 'node:net';

export interface ListenAddress {
  /** Without the brackets of an IPv6 address. */
  readonly host: string;
  /** 0 for any that is free. */
  readonly port: number;
}

/** Undefined where it is no `host:port`. */
export function parseListen(text: string): ListenAddress | undefined {
  const [, bracketed, name, port] = /^(?:\[([0-9a-f:.%\w]+)\]|([\w.-]+)):(\d{1,5})$/i.exec(text) ?? [];
  const host = bracketed ?? name;
  if (host === undefined || Number(port) > 65_535) return undefined;
  return bracketed !== undefined && isIP(bracketed) !== 6 ? undefined : { host, port: Number(port) };
}

/** As in a URL. */
export function addressText({ host, port }: ListenAddress): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`;
}

/** Only programs of this machine can reach it. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIP(host) !== 0 && /^(?:::ffff:)?127\./i.test(host));
}

/** Where to ask on this machine for what listens there: who listens at every address answers at the loopback one. */
export function askableAt({ host, port }: ListenAddress): ListenAddress {
  if (host === '0.0.0.0') return { host: '127.0.0.1', port };
  return isIP(host) === 6 && /^[0:]+$/.test(host) ? { host: '::1', port } : { host, port };
}
