import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readTlsFiles, type TlsFiles } from '../../src/export/tls-files.ts';
import { certificatePath } from '../support/otlp-sink.ts';

const file = (name: string) => certificatePath(name);
const pem = (label: string) => `It should be in PEM form: -----BEGIN ${label}-----.`;

describe('the TLS files of an exporter', () => {
  it('are read where they are whole', async () => {
    const read = await readTlsFiles({
      ca_file: file('ca.pem'),
      cert_file: file('client.pem'),
      key_file: file('client.key'),
    });
    assert.ok(read.ok);
    assert.match(read.value.ca?.toString() ?? '', /BEGIN CERTIFICATE/);
  });

  it('need not be there', async () => {
    assert.deepEqual(await readTlsFiles({}), { ok: true, value: { ca: undefined, cert: undefined, key: undefined } });
  });

  const rows: readonly (readonly [what: string, files: TlsFiles, problem: string])[] = [
    [
      'a file that is not there',
      { ca_file: '/nonexistent/ca.pem' },
      'tls.ca_file /nonexistent/ca.pem cannot be read (ENOENT). Check that it exists and that this process may read it.',
    ],
    [
      'a certificate that cannot be read',
      { ca_file: file('broken.pem') },
      `tls.ca_file ${file('broken.pem')} holds no certificate that can be read. ${pem('CERTIFICATE')}`,
    ],
    [
      'a certificate in the place of a key',
      { cert_file: file('client.pem'), key_file: file('client.pem') },
      `tls.key_file ${file('client.pem')} holds no private key that can be read. ${pem('PRIVATE KEY')}`,
    ],
    [
      'a key with a passphrase',
      { cert_file: file('client.pem'), key_file: file('encrypted.key') },
      `tls.key_file ${file('encrypted.key')} is encrypted with a passphrase, which is not supported. Write it without one: openssl pkey -in OLD -out NEW.`,
    ],
    [
      'a key of another certificate',
      { cert_file: file('client.pem'), key_file: file('stranger.key') },
      `tls.key_file ${file('stranger.key')} does not belong to tls.cert_file ${file('client.pem')}. Use the pair that was made together.`,
    ],
    [
      'a pair that OpenSSL does not take',
      { cert_file: file('weak.pem'), key_file: file('weak.key') },
      `tls.cert_file ${file('weak.pem')} is not taken by OpenSSL (ERR_SSL_EE_KEY_TOO_SMALL). Make a new pair, with a key and a digest that are long enough for today.`,
    ],
    [
      'a certificate without its key',
      { cert_file: file('client.pem') },
      'tls.cert_file and tls.key_file are a pair, and one of them is missing. Give both or neither.',
    ],
  ];
  it('are named when they are in DER form, for OpenSSL takes PEM only', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'tls-'));
    const path = join(folder, 'client.der');
    await writeFile(path, new X509Certificate(await readFile(file('client.pem'))).raw);
    assert.deepEqual(await readTlsFiles({ cert_file: path, key_file: file('client.key') }), {
      ok: false,
      problem: `tls.cert_file ${path} holds no certificate that can be read. ${pem('CERTIFICATE')}`,
    });
    await rm(folder, { recursive: true });
  });

  for (const [what, files, problem] of rows) {
    it(`${what} is named`, async () => {
      assert.deepEqual(await readTlsFiles(files), { ok: false, problem });
    });
  }
});
