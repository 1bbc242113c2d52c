import assert from 'node:assert/strict';
import fc from 'fast-check';
import { replaceInReference, replaceSecrets } from '../../../src/runtime/secrets/secrets.ts';

const mask = (text: string) => replaceSecrets(text, () => '[masked]');

describe('replacing secrets', () => {
  const cases: readonly (readonly [written: string, masked: string])[] = [
    ['mysqladmin ping -uroot -phunter2 --silent', 'mysqladmin ping -uroot -p[masked] --silent'],
    ['curl -u admin:hunter2 https://x/y', 'curl -u admin:[masked] https://x/y'],
    ['curl -H "Authorization: Bearer hunter2"', 'curl -H "Authorization: Bearer [masked]"'],
    ['app --client-secret hunter2 --port 80', 'app --client-secret [masked] --port 80'],
    ['env DB_PASSWORD=hunter2 ./run', 'env DB_PASSWORD=[masked] ./run'],
    ['echo hunter2 | docker login --password-stdin', 'echo [masked] | docker login --password-stdin'],
    ['echo hunter2 > /run/secrets/db; ls', 'echo [masked] > /run/secrets/db; ls'],
    ['(echo hunter2; echo hunter2) | passwd root', '(echo [masked]; echo [masked]) | passwd root'],
    ['curl -fsSu admin:hunter2 http://x/', 'curl -fsSu admin:[masked] http://x/'],
    ['sqlplus app/hunter2 as sysdba', 'sqlplus app/[masked] as sysdba'],
    ['mysql.exe -phunter2 shop', 'mysql.exe -p[masked] shop'],
    ['app /user:me /password:hunter2', 'app /user:me /password:[masked]'],
    ['put --password <(echo hunter2) x', 'put --password [masked] [masked]) x'],
    ['occ config:system:set dbpassword --value=hunter2 -q', 'occ config:system:set dbpassword --value=[masked] -q'],
    ['vault login -no-print hunter2', 'vault login -no-print [masked]'],
    ['a:\n  password: |\n    hunter2\n    x\n  b: 1', 'a:\n  password: |\n    [masked]\n  b: 1'],
    ['Server=db;Password=hunter2;Encrypt=true', 'Server=db;Password=[masked];Encrypt=true'],
    ['postgres://u:p@ss/w@db:5432/x?y=z', 'postgres://[masked]@db:5432/x?y=z'],
    ['root:hunter2@tcp(db:3306)/app', 'root:[masked]@tcp(db:3306)/app'],
    [
      '{"n": 1795238731553175783, "a": [{"password": "hunter2", "b": 1.50}]}',
      '{"n": 1795238731553175783, "a": [{"password": "[masked]", "b": 1.50}]}',
    ],
    ['{"pin_token": 12345678}', '{"pin_token": "[masked]"}'],
    ['{"__proto__": {"token": "hunter2"}}', '{"__proto__": {"token": "[masked]"}}'],
  ];
  for (const [written, masked] of cases) {
    it(`keeps what stands around the secret in ${written}`, () => assert.equal(mask(written), masked));
  }

  it('reads a word alone as it reads it with others', () => {
    const plain = fc.stringMatching(/^[\w.-]{1,40}$/);
    const token = fc.constantFrom(
      'ghp_',
      'AKIA',
      'npm_',
      'eyJ',
      'glpat-',
      's.',
      'SG.',
      'key-',
      'xoxb-',
      'password',
      'x-us1',
    );
    fc.assert(
      fc.property(plain, token, plain, (before, head, after) => {
        for (const word of [before, `${head}${after}`, `${before}-${head}${after}`]) {
          assert.equal(mask(word), mask(`${word} `).slice(0, -1));
        }
      }),
    );
    assert.equal(mask(`ghp_${'a1B2'.repeat(9)}`), '[masked]');
  });

  it('gives each secret to its replacement', () => {
    const seen: string[] = [];
    const replace = (secret: string) => {
      seen.push(secret);
      return '[masked]';
    };
    assert.equal(replaceSecrets('A_TOKEN=one-1 B_TOKEN="two 2"', replace), 'A_TOKEN=[masked] B_TOKEN=[masked]');
    assert.deepEqual(seen, ['one-1', 'two 2']);
  });

  it('reads JSON within JSON within a command', () => {
    const inner = JSON.stringify({ a: JSON.stringify({ password: 'hunter2' }) });
    assert.doesNotMatch(mask(`run '${inner}'`), /hunter2/);
  });

  it('knows no depth that is too deep', () => {
    const deep = `${'{"a":'.repeat(20_000)}{"password":"hunter2"}${'}'.repeat(20_000)}`;
    assert.doesNotMatch(mask(deep), /hunter2/);
  });

  it('takes a reference to an image for what it is', () => {
    const replace = () => '[masked]';
    assert.equal(replaceInReference('token:v1', replace), 'token:v1');
    assert.equal(replaceInReference('https://u:hunter2@r.example.com/x', replace), 'https://[masked]@r.example.com/x');
  });

  // Each is repeated, so that whatever is not linear takes minutes.
  const units = [
    ...[
      'x',
      '\\',
      '\\\\\\"',
      '"',
      "'",
      ' ',
      '=',
      ':',
      '.',
      '-',
      '/',
      '@',
      'a:',
      'a=',
      'a@',
      'a;',
      'a|',
      'pwd=',
      'pwd:',
    ],
    ...[
      'token ',
      'eyJ',
      'eyJaaaaaaaa.',
      'SG.aaaaaaaaaaaaaaaa.',
      '--password ',
      '-p',
      '$1$',
      '{SHA}',
      'basic ',
      'echo ',
    ],
    ...[
      "password '",
      'identified by ',
      '[',
      '{',
      '{"a":',
      '["a",',
      '://',
      'a://b:c@',
      '@a(',
      '<<',
      'AKIA',
      'hvs.',
      's.',
    ],
    ...['-----BEGIN ', '-----BEGIN PRIVATE KEY-----', 'Cookie: a; ', 'token: [', '"password":', 'mysql ', '\n'],
  ];
  const ends = ['', ';', '"', '@h:1/', '=x', '.', ' x', 'x"', '@tcp(', ' | login'];
  it('takes the time of reading, for text that a stranger made for it to take more', function () {
    this.timeout(60_000);
    for (const unit of units) {
      for (const end of ends) mask(`"${unit.repeat(32_768 / unit.length)}${end}`);
      mask(unit.repeat(1_048_576 / 4 / unit.length));
    }
  });
});
