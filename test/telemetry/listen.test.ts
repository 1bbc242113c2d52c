import assert from 'node:assert/strict';
import { addressText, askableAt, isLoopback, parseListen } from '../../src/telemetry/listen.ts';

describe('an address to listen at', () => {
  for (const [text, host, port] of [
    ['127.0.0.1:9464', '127.0.0.1', 9464],
    ['0.0.0.0:0', '0.0.0.0', 0],
    ['localhost:65535', 'localhost', 65535],
    ['my-host.example.com:1', 'my-host.example.com', 1],
    ['[::1]:9464', '::1', 9464],
    ['[fe80::1%eth0]:9464', 'fe80::1%eth0', 9464],
  ] as const) {
    it(`is ${text}`, () => {
      const address = parseListen(text);
      assert.deepEqual(address, { host, port });
      assert.equal(address && addressText(address), text);
    });
  }

  for (const text of [
    '',
    '9464',
    ':9464',
    'localhost',
    'localhost:',
    'localhost:65536',
    'localhost:http',
    '::1:9464',
    '[localhost]:1',
    '[1:2]:3',
    'http://localhost:9464',
    'a b:1',
    'me@host:1',
    '*:9464',
    'a,b:1',
  ]) {
    it(`is not ${JSON.stringify(text)}`, () => assert.equal(parseListen(text), undefined));
  }

  it('is for this machine only, or for others', () => {
    for (const host of ['127.0.0.1', '127.1.2.3', '::1', '::ffff:127.0.0.1', 'localhost'])
      assert.ok(isLoopback(host), host);
    for (const host of ['0.0.0.0', '::', '10.0.0.1', '::ffff:10.0.0.1', '127.example.com'])
      assert.ok(!isLoopback(host), host);
  });

  it('is asked at the loopback address where it is every address', () => {
    assert.equal(addressText(askableAt({ host: '0.0.0.0', port: 1 })), '127.0.0.1:1');
    assert.equal(addressText(askableAt({ host: '::', port: 1 })), '[::1]:1');
    assert.equal(addressText(askableAt({ host: '10.0.0.1', port: 1 })), '10.0.0.1:1');
    assert.equal(addressText(askableAt({ host: 'web', port: 1 })), 'web:1');
  });
});
