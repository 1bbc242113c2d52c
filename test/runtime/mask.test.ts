import assert from 'node:assert/strict';
import fc from 'fast-check';
import { escapeControls, maskEndpoint, maskText } from '../../src/runtime/mask.ts';

const SECRET = 'hunter2-XyZ';

const HIDDEN: readonly string[] = [
  `{"password":"${SECRET}"}`,
  `{"DB_PASSWORD": "${SECRET}"}`,
  `{"Action":"exec_create: mysql --password=${SECRET}"}`,
  `mysqladmin --password ${SECRET} ping`,
  `mysql -uroot -p${SECRET} -e x`,
  `env API_KEY=${SECRET} run`,
  `{"x":"{\\"token\\":\\"${SECRET}\\"}"}`,
  `Authorization: Bearer ${SECRET}`,
  `curl -H "authorization: basic ${SECRET}"`,
  `postgres://user:${SECRET}@db:5432/x`,
  `redis://:${SECRET}@cache`,
  `-----BEGIN RSA PRIVATE KEY-----\n${SECRET}`,
  `SECRET='${SECRET}'`,
  `client_secret: ${SECRET}`,
  `the.token-of_${'x'.repeat(100)}: ${SECRET}`,
  `{"my_${'x'.repeat(100)}.password_of.y":"${SECRET}"}`,
  `run --my_${'x'.repeat(100)}-password-of.y ${SECRET}`,
];

describe('masking text', () => {
  for (const text of HIDDEN) {
    it(`hides the secret in ${text.replaceAll(SECRET, '…').slice(0, 60)}`, () => {
      assert.ok(!maskText(text).includes(SECRET), maskText(text));
    });
  }

  for (const shape of [
    `ghp_${'a'.repeat(36)}`,
    `glpat-${'b'.repeat(20)}`,
    'AKIAIOSFODNN7EXAMPLE',
    'xoxb-1234567890-abc',
  ]) {
    it(`hides ${shape.slice(0, 5)}…, which says itself that it is a secret`, () => {
      assert.equal(maskText(`x ${shape} y`), 'x [masked] y');
    });
  }

  it('leaves other text as it is', () => {
    const text = '{"Type":"container","Action":"die","Actor":{"Attributes":{"exitCode":"3","image":"a/b:1"}}}';
    assert.equal(maskText(text), text);
    assert.equal(maskText('invalid token provided'), 'invalid token provided');
  });

  it('cuts what is long and says how long it was', () => {
    assert.equal(maskText('x'.repeat(1000), 10), `${'x'.repeat(10)}… (1000 characters)`);
  });

  it('lets no control character through, nor one that turns the direction of text', () => {
    assert.equal(escapeControls('a\u001b[31m\r\nb\u202e'), 'a\\u001b[31m\\u000d\\u000ab\\u202e');
  });

  it('is quick and short for any text', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 20_000 }), (text) => {
        assert.ok(maskText(text, 100).length < 140);
      }),
    );
  });

  it('is quick for text that is made of words for secrets', function () {
    this.timeout(5000);
    for (const word of [
      'pwd.',
      'pwd-',
      '"pwd',
      'pwd ',
      ' --pwd',
      'token_',
      'eyJaaaaaaaa.',
      ' -ppwd.',
      'pwd=',
      'pwd:  ',
    ]) {
      assert.ok(maskText(word.repeat(2048), 100).length < 140);
    }
  });

  it('shows an endpoint without who logs in and with what', () => {
    assert.equal(maskEndpoint('ssh://root:pw@host:22/x?y=z'), 'ssh://host:22/x');
    assert.equal(maskEndpoint('unix:///var/run/docker.sock'), 'unix:///var/run/docker.sock');
  });
});
