/**
 * A registry of one image, on loopback, so that an engine can pull from somewhere without a network. Engines speak plain HTTP to
 * loopback without being told. Image manifest version 2, schema 2.
 */
import { createHash } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { tarOf } from './tar.ts';

interface Blob {
  readonly digest: string;
  readonly bytes: Buffer;
}

const MANIFEST = 'application/vnd.docker.distribution.manifest.v2+json';

export class Registry {
  readonly #server: Server;
  /** `127.0.0.1:40123`, as it stands before the name of an image. */
  readonly name: string;

  private constructor(server: Server) {
    this.#server = server;
    this.name = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  /** Whatever is asked for, it is the same image. */
  static async start(): Promise<Registry> {
    const tar = tarOf([{ path: 'hello', content: Buffer.from('hello\n') }]);
    const layer = blobOf(gzipSync(tar));
    const config = blobOf({
      architecture: process.arch === 'arm64' ? 'arm64' : 'amd64',
      os: 'linux',
      config: {},
      rootfs: { type: 'layers', diff_ids: [digestOf(tar)] },
      history: [{ created: '2026-11-21T00:00:00Z' }],
    });
    const manifest = blobOf({
      schemaVersion: 2,
      mediaType: MANIFEST,
      config: described('application/vnd.docker.container.image.v1+json', config),
      layers: [described('application/vnd.docker.image.rootfs.diff.tar.gzip', layer)],
    });
    const server = createServer(({ url = '', method }, response) => {
      const blob = [layer, config].find(({ digest }) => url.endsWith(digest)) ?? manifest;
      if (url === '/v2/') response.end('{}');
      else {
        response.writeHead(200, {
          'content-type': blob === manifest ? MANIFEST : 'application/octet-stream',
          'content-length': blob.bytes.length,
          'docker-content-digest': blob.digest,
        });
        response.end(method === 'HEAD' ? undefined : blob.bytes);
      }
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new Registry(server);
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

function blobOf(content: Buffer | object): Blob {
  const bytes = Buffer.isBuffer(content) ? content : Buffer.from(JSON.stringify(content));
  return { digest: digestOf(bytes), bytes };
}

function digestOf(bytes: Buffer): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}

function described(mediaType: string, { digest, bytes }: Blob): object {
  return { mediaType, size: bytes.length, digest };
}
