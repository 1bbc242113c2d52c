import assert from 'node:assert/strict';
import { isSecretUnder, verdictOf } from '../../../src/runtime/secrets/names.ts';

describe('what a name says of the value under it', () => {
  const names = {
    secret: [
      ...[
        'password',
        'DB_PASSWORD',
        'dbPassword',
        'db.password',
        '--db-password',
        'MYSQL_ROOT_PASSWORD',
        'passwd',
        'PWD',
      ],
      ...['DB_PASS', 'rootpw', 'api_key', 'apiKey', 'API-KEY', 'aws_secret_access_key', 'X-Auth-Token'],
      ...['connectionString', 'Authorization', 'credentials', 'password.value', 'token2', 'PASSWORD_1', 'passwort'],
      ...['traefik.http.middlewares.x.basicauth.users', 'SECRET_KEY_BASE', `${'x'.repeat(300)}_password`],
    ],
    likely: ['key', 'private.key', 'homepage.widget.key', 'auth', 'session', 'cookie', 'KEY_1'],
    ordinary: [
      ...[
        'path',
        'token-bucket',
        'token_ttl',
        'password_file',
        'passwordPolicy',
        'public_key',
        'partition.key',
        'keyboard',
      ],
      ...['compass', 'bypass', 'proxy_pass', 'max_tokens', 'tokenizer', '--no-password', 'secret.name', '', '.', '-'],
      ...['traefik.http.routers.token.rule', 'traefik.http.services.x.loadbalancer.sticky.cookie.name', 'constructor'],
    ],
  } as const;
  for (const [verdict, all] of Object.entries(names)) {
    for (const name of all) it(`${name.slice(0, 60)} is ${verdict}`, () => assert.equal(verdictOf(name), verdict));
  }

  it('hides nothing where nothing is said', () => {
    for (const value of ['', 'true', 'No', '-', '$DB_PASSWORD', '${DB_PASSWORD}', '/run/secrets/db', '[masked]']) {
      assert.equal(isSecretUnder('password', value), false, value);
    }
    for (const value of ['x', '12345', '/etc/x', 'password', '$ecret!']) {
      assert.equal(isSecretUnder('password', value), true, value);
    }
  });

  it('looks at the value where the name leaves it open', () => {
    for (const value of ['/etc/ssl/tls.key', 'tls.pem', 'basic', '5432'])
      assert.equal(isSecretUnder('key', value), false);
    for (const value of ['a1b2c3d4', 'Zm9vYmFy', 'very-long-words-here'])
      assert.equal(isSecretUnder('key', value), true);
  });

  it('knows the folder of a shell', () => {
    assert.equal(isSecretUnder('PWD', '/app'), false);
    assert.equal(isSecretUnder('Pwd', 'hunter2'), true);
  });
});
