/** TLS between the engine stage and real servers, with the certificates of test/fixtures/tls. */
import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TlsOptions } from 'node:tls';
import type { EngineOptions } from '../../src/engine/config.ts';
import { tlsProblem } from '../../src/engine/tls-problems.ts';
import { engineUnderTest, valueIn, WHOLE } from '../support/engine-under-test.ts';
import { FakeEngine } from '../support/fake-engine.ts';
import { realMachine } from '../support/surroundings.ts';

const FOLDER = join(import.meta.dirname, '../fixtures/tls');
const file = (name: string) => join(FOLDER, name);
const content = (name: string) => readFileSync(file(name));

function server(name: string, more: TlsOptions = {}): Promise<FakeEngine> {
  return FakeEngine.start({
    listen: 'tls',
    tls: { cert: content(`${name}.pem`), key: content(`${name}.key`), ...more },
  });
}

const CA = { ca_file: file('ca.pem'), insecure_skip_verify: false };
const CLIENT = { ...CA, cert_file: file('client.pem'), key_file: file('client.key') };
const MUTUAL = { ca: content('ca.pem'), requestCert: true, rejectUnauthorized: true };

type TlsOption = EngineOptions['tls'];

describe('an engine behind TLS', () => {
  let fake: FakeEngine;

  afterEach(() => fake.stop());

  it('is read with client certificates on both sides of the check', async () => {
    fake = await server('server', MUTUAL);
    const under = await engineUnderTest({ host: fake.host, tls: CLIENT });
    const session = await under.connect();
    const stream = valueIn(await session.events(WHOLE, under.stop.signal));
    const served = await fake.stream();
    const first = new Promise((resolve) => void stream.read(resolve));
    served.send('{"a":1}\n');
    assert.equal(String(await first), '{"a":1}\n');
    served.drop();
    assert.deepEqual(await stream.read(() => undefined), { kind: 'ended' });
    assert.equal(session.identity.endpoint, fake.host);
  });

  it('is read by what DOCKER_HOST, DOCKER_TLS_VERIFY and DOCKER_CERT_PATH say', async () => {
    fake = await server('server', MUTUAL);
    const folder = await mkdtemp(join(tmpdir(), 'certs-'));
    await copyFile(file('ca.pem'), join(folder, 'ca.pem'));
    await copyFile(file('client.pem'), join(folder, 'cert.pem'));
    await copyFile(file('client.key'), join(folder, 'key.pem'));
    const env = { DOCKER_HOST: fake.host, DOCKER_TLS_VERIFY: '1', DOCKER_CERT_PATH: folder };
    const under = await engineUnderTest({}, realMachine(env));
    assert.equal((await under.connect()).identity.hostName, 'node-1');
    await rm(folder, { recursive: true });
  });

  it('is never spoken to in plain text when the endpoint says https', async () => {
    fake = await FakeEngine.start({ listen: 'tcp' });
    const host = fake.host.replace('tcp:', 'https:');
    const under = await engineUnderTest({ host });
    assert.deepEqual(await under.failToConnect(), {
      code: 'tls_refused',
      message: `${host} does not speak TLS: it answered in something else. If the engine takes plain connections there, write tcp:// and leave DOCKER_TLS_VERIFY and DOCKER_CERT_PATH empty.`,
    });
    assert.equal(fake.requests.length, 0);
  });

  it('may be left unchecked, which is told', async () => {
    fake = await server('self-signed');
    const under = await engineUnderTest({ host: fake.host, tls: { insecure_skip_verify: true } });
    await under.connect();
    assert.deepEqual(
      under.telemetry.named('engine.certificate_unchecked').map(({ level, message }) => [level, message]),
      [
        [
          'warn',
          `The certificate of ${fake.host} is not checked, so anybody in between can pose as the engine. Set DOCKER_TLS_VERIFY=1, or leave insecure_skip_verify out.`,
        ],
      ],
    );
  });

  const NEEDS_CLIENT =
    'asks for a client certificate and took none from us. Give one that its authority signed: cert_file and key_file, or cert.pem and key.pem in DOCKER_CERT_PATH.';
  const REFUSED: readonly (readonly [title: string, start: () => Promise<FakeEngine>, TlsOption, after: string])[] = [
    [
      'its certificate has expired',
      () => server('expired'),
      CA,
      "The certificate of HOST has expired. Renew it on the engine's side; also check this machine's clock.",
    ],
    [
      'its certificate is for another name',
      () => server('other-name'),
      CA,
      'The certificate of HOST is for another name (it names engine.example). Use one of those names in the endpoint, or have a certificate made for this one.',
    ],
    [
      'its certificate is signed by itself',
      () => server('self-signed'),
      CA,
      'The certificate of HOST is signed by itself or by an authority that is not trusted here. Give the authority that signed it: ca_file, or ca.pem in DOCKER_CERT_PATH.',
    ],
    [
      'its authority is not trusted here',
      () => server('server'),
      { insecure_skip_verify: false },
      'The certificate of HOST is signed by itself or by an authority that is not trusted here. Give the authority that signed it: ca_file, or ca.pem in DOCKER_CERT_PATH.',
    ],
    ['it asks for a client certificate (TLS 1.3)', () => server('server', MUTUAL), CA, `HOST ${NEEDS_CLIENT}`],
    [
      'it asks for a client certificate (TLS 1.2)',
      () => server('server', { ...MUTUAL, maxVersion: 'TLSv1.2' }),
      CA,
      `HOST ${NEEDS_CLIENT}`,
    ],
  ];
  for (const [title, start, tls, message] of REFUSED) {
    it(`is not read when ${title}`, async () => {
      fake = await start();
      const under = await engineUnderTest({ host: fake.host, tls });
      assert.deepEqual(await under.failToConnect(), {
        code: 'tls_refused',
        message: message.replace('HOST', fake.host),
      });
    });
  }
});

describe('the TLS files', () => {
  const FILES: readonly (readonly [title: string, TlsOption, message: string])[] = [
    [
      'that is missing',
      { ca_file: '/nonexistent/ca.pem', insecure_skip_verify: false },
      'The TLS file /nonexistent/ca.pem cannot be read (ENOENT). Check that it exists and that this process may read it.',
    ],
    [
      'that is a folder',
      { ca_file: FOLDER, insecure_skip_verify: false },
      `The TLS file ${FOLDER} cannot be read (EISDIR). Check that it exists and that this process may read it.`,
    ],
    [
      'that holds no certificate',
      { ca_file: file('broken.pem'), insecure_skip_verify: false },
      `The TLS file ${file('broken.pem')} holds no certificate that can be read. It should be in PEM form: -----BEGIN CERTIFICATE-----.`,
    ],
    [
      'that holds no key',
      { ...CLIENT, key_file: file('client.pem') },
      `The TLS file ${file('client.pem')} holds no private key that can be read. It should be in PEM form: -----BEGIN PRIVATE KEY-----.`,
    ],
    [
      'that is encrypted',
      { ...CLIENT, key_file: file('encrypted.key') },
      `The TLS file ${file('encrypted.key')} is encrypted with a passphrase, which is not supported. Write it without one: openssl pkey -in OLD -out NEW.`,
    ],
    [
      'that belongs to another certificate',
      { ...CLIENT, key_file: file('stranger.key') },
      `The client key ${file('stranger.key')} does not belong to the certificate ${file('client.pem')}. Use the pair that was made together.`,
    ],
    [
      'that OpenSSL does not take',
      { ...CA, cert_file: file('weak.pem'), key_file: file('weak.key') },
      `OpenSSL does not take the client certificate ${file('weak.pem')} (ERR_SSL_EE_KEY_TOO_SMALL). Make a new pair, with a key and a digest that are long enough for today.`,
    ],
    [
      'that has no key beside it',
      { ...CA, cert_file: file('client.pem') },
      `The client certificate ${file('client.pem')} has no key beside it. Give the key as well (key_file, or key.pem in the same folder).`,
    ],
    [
      'that has no certificate beside it',
      { ...CA, key_file: file('client.key') },
      `The client key ${file('client.key')} has no certificate beside it. Give the certificate as well (cert_file, or cert.pem in the same folder).`,
    ],
  ];
  for (const [title, tls, message] of FILES) {
    it(`name the one ${title}`, async () => {
      const under = await engineUnderTest({ host: 'tcp://127.0.0.1:1', tls });
      assert.deepEqual(await under.failToConnect(), { code: 'tls_files', message });
    });
  }
});

describe('a TLS file in DER form', () => {
  it('is named, for OpenSSL takes PEM only', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'tls-'));
    const path = join(folder, 'ca.der');
    await writeFile(path, new X509Certificate(content('ca.pem')).raw);
    const under = await engineUnderTest({ host: 'tcp://127.0.0.1:1', tls: { ...CA, ca_file: path } });
    assert.deepEqual(await under.failToConnect(), {
      code: 'tls_files',
      message: `The TLS file ${path} holds no certificate that can be read. It should be in PEM form: -----BEGIN CERTIFICATE-----.`,
    });
    await rm(folder, { recursive: true });
  });
});

describe('an engine that does not know the authority of our certificate', () => {
  it('is told like one that got no certificate', () => {
    assert.deepEqual(tlsProblem('ERR_SSL_TLSV1_ALERT_UNKNOWN_CA', new Error('x'), { text: 'tcp://h:2376' }), {
      code: 'tls_refused',
      message:
        'tcp://h:2376 asks for a client certificate and took none from us. Give one that its authority signed: cert_file and key_file, or cert.pem and key.pem in DOCKER_CERT_PATH.',
    });
  });
});

describe('an OpenSSL error that has no sentence of its own', () => {
  it('is told by its code', () => {
    assert.deepEqual(tlsProblem('ERR_SSL_UNSUPPORTED_PROTOCOL', new Error('x'), { text: 'tcp://h:2376' }), {
      code: 'tls_refused',
      message:
        'TLS with tcp://h:2376 failed (ERR_SSL_UNSUPPORTED_PROTOCOL). Check that the engine takes TLS 1.2 or newer and that both sides have the certificates that the other expects.',
    });
    assert.equal(tlsProblem('ECONNRESET', new Error('x'), { text: 'tcp://h:2376' }), undefined);
  });
});
