import assert from 'node:assert/strict';
import { type Node, plain } from '../../src/config/node.ts';
import { problemText } from '../../src/config/problem-text.ts';
import { readYaml } from '../../src/config/yaml.ts';

function read(text: string): Node {
  const result = readYaml(text);
  assert.ok(result.ok);
  return result.value;
}

function problems(text: string): string[] {
  const result = readYaml(text);
  return result.ok ? [] : result.problem.map((problem) => problemText(problem, 'f'));
}

describe('a file', () => {
  it('becomes nodes that know where each key and value was written', () => {
    const root = read('exporters:\n  otlp_http:\n    headers: {a: "1"}\n  file: [x, 2]\n');
    assert.ok(root.kind === 'map');
    const exporters = root.entries.get('exporters');
    assert.ok(exporters?.value.kind === 'map');
    assert.deepEqual(exporters.place, { path: 'exporters', line: 1, column: 1 });
    const file = exporters.value.entries.get('file');
    assert.deepEqual(file?.place, { path: 'exporters.file', line: 4, column: 3 });
    assert.ok(file?.value.kind === 'list');
    assert.deepEqual(file.value.items[1]?.place, { path: 'exporters.file[1]', line: 4, column: 13 });
  });

  it('may be JSON, and may be empty', () => {
    assert.equal(JSON.stringify(plain(read('{"a": [1, true, null, "x"]}'))), '{"a":[1,true,null,"x"]}');
    for (const text of ['', '# nothing\n', '---\n', 'null'])
      assert.equal(JSON.stringify(plain(read(text))), '{}', text);
  });

  it('may use anchors and merge keys, where keys beside a merge win', () => {
    const root = read('a: &base {x: 1, y: 2}\nb:\n  <<: *base\n  y: 3\nc: *base\nd:\n  z: 0\n  <<: [*base, {w: 9}]\n');
    assert.equal(
      JSON.stringify(plain(root)),
      '{"a":{"x":1,"y":2},"b":{"x":1,"y":3},"c":{"x":1,"y":2},"d":{"z":0,"x":1,"y":2,"w":9}}',
    );
  });

  it('has no way to a prototype', () => {
    const value = plain(read('__proto__: {polluted: yes}\nconstructor: 1\n'));
    assert.equal(Object.getPrototypeOf(value), null);
    assert.equal(Object.hasOwn({}, 'polluted'), false);
  });

  const refused: readonly (readonly [string, string, readonly string[]])[] = [
    [
      'broken YAML',
      'a: [1, 2\nb: 3\n',
      [
        'f:2:1: expected YAML or JSON, got what is neither: Flow sequence in block collection must be sufficiently indented and end with a ].',
      ],
    ],
    ['a key twice', 'a: 1\na: 2\n', ['f:2:1: a: expected each key once, got a second one; the first is in line 1.']],
    [
      'keys twice in several places, with nothing after them',
      'a:\n  console: # one\n\n  console: {}\nb: {x: 1, "x": 2}\n',
      [
        'f:4:3: a.console: expected each key once, got a second one; the first is in line 2.',
        'f:5:11: b.x: expected each key once, got a second one; the first is in line 5.',
      ],
    ],
    [
      'an alias of nothing',
      'a: *none\nb: {<<: *base}\n',
      [
        'f:1:4: a: expected an anchor &none further up, got none.',
        'f:2:9: b: expected an anchor &base further up, got none.',
      ],
    ],
    [
      'an alias within its own anchor',
      'a: &a {b: *a}\n',
      ['f:1:1: expected a configuration of at most 20000 values, got one that unfolds into more.'],
    ],
    ['a list', '- a\n', ['f:1:1: expected a mapping such as "exporters:", got a list.']],
    ['plain text', 'hello\n', ['f:1:1: expected a mapping such as "exporters:", got a plain value.']],
    ['two documents', 'a: 1\n---\nb: 2\n', ['f:2:1: expected one document in a file, got a second one.']],
  ];
  for (const [what, text, expected] of refused) {
    it(`is refused when it is ${what}`, () => assert.deepEqual(problems(text), expected));
  }

  it('is refused when a few lines unfold into a mountain', () => {
    const lines = Array.from({ length: 30 }, (_, index) => `a${index + 1}: &a${index + 1} [*a${index}, *a${index}]`);
    assert.deepEqual(problems(['a0: &a0 [x, x]', ...lines].join('\n')), [
      'f:1:1: expected a configuration of at most 20000 values, got one that unfolds into more.',
    ]);
  });
});
