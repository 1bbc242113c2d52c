import assert from 'node:assert/strict';
import fc from 'fast-check';
import { endpointText, parseEndpoint } from '../../src/engine/endpoint.ts';

const FORMS =
  'Write it as unix:///path/to/docker.sock, tcp://host:2376, https://host:2376, ssh://user@host or npipe:////./pipe/name.';

describe('an endpoint', () => {
  const READ: readonly (readonly [text: string, shown: string])[] = [
    ['unix:///run/docker.sock', 'unix:///run/docker.sock'],
    ['unix://', 'unix:///var/run/docker.sock'],
    [' UNIX:///a ', 'unix:///a'],
    ['npipe://', 'npipe:////./pipe/docker_engine'],
    ['npipe:////./pipe/x', 'npipe:////./pipe/x'],
    ['tcp://h:2375', 'tcp://h:2375'],
    ['h:1', 'tcp://h:1'],
    [':2375', 'tcp://localhost:2375'],
    ['tcp://[::1]:2376/base/', 'tcp://[::1]:2376/base'],
    ['https://h', 'https://h'],
    ['ssh://ann@h:22', 'ssh://h:22'],
    ['ssh://h/run/user/1000/docker.sock', 'ssh://h/run/user/1000/docker.sock'],
  ];
  for (const [text, shown] of READ) {
    it(`reads ${text}`, () => {
      const parsed = parseEndpoint(text);
      assert.equal(parsed.ok && endpointText(parsed.value), shown);
    });
  }

  const REFUSED: readonly (readonly [text: string, problem: string])[] = [
    ['ftp://h', `has the scheme "ftp", which is not known. ${FORMS}`],
    ['tcp://h:99999', `is "tcp://h:99999", which is not an endpoint. ${FORMS}`],
    ['tcp://h?x=1', `is "tcp://h?x=1", which is not an endpoint. ${FORMS}`],
    [
      'tcp://ann:hunter2@h',
      'has a user or password in it, which an engine does not take. Use TLS client certificates instead.',
    ],
    [
      'ssh://ann:hunter2@h',
      'has a password in it, which would show in the list of processes. Use a key that ssh finds by itself.',
    ],
    ['ssh://-oProxyCommand=id', 'has a host that begins with "-", which ssh would take for an option.'],
    [
      'ssh://-l@h',
      'has a user that ssh cannot be given. Letters, digits, ".", "_", "+", "\\" and "-" may be in it, "-" not first.',
    ],
    ['ssh://', `is "ssh://", which is not an endpoint. ${FORMS}`],
    [
      'unix://run/docker.sock',
      'has the path "run/docker.sock", which does not begin at the root. Write unix:///run/docker.sock with three slashes if that is meant.',
    ],
  ];
  for (const [text, problem] of REFUSED) {
    it(`refuses ${text}`, () => assert.deepEqual(parseEndpoint(text), { ok: false, problem }));
  }

  it('is read or refused, whatever the text, and a password is never shown', () => {
    fc.assert(
      fc.property(fc.constantFrom('tcp', 'ssh', 'https', 'http', ''), fc.string(), (scheme, rest) => {
        const parsed = parseEndpoint(`${scheme}://ann:hunter2@${rest}`);
        assert.doesNotMatch(JSON.stringify(parsed), /hunter2/);
      }),
    );
  });
});
