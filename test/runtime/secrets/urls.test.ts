import assert from 'node:assert/strict';
import { replaceLogins } from '../../../src/runtime/secrets/urls.ts';

const mask = (text: string) => replaceLogins(text, () => '*');

describe('who logs in, before a host', () => {
  const cases: readonly (readonly [written: string, masked: string])[] = [
    ['http://u:p@h/x', 'http://*@h/x'],
    ['redis://:p@h', 'redis://*@h'],
    ['mongodb://u:p@a:1,b:2/db', 'mongodb://*@a:1,b:2/db'],
    ['http://u:p@h/x@y', 'http://*@h/x@y'],
    ['http://u:p/q@h/x', 'http://*@h/x'],
    ['http://u:p#q?r@h/x', 'http://*@h/x'],
    ['http://a:1/x,http://u:p@h', 'http://a:1/x,http://*@h'],
    ['https://token@h/x', 'https://*@h/x'],
    ['u:p@tcp(h:3306)/db', 'u:*@tcp(h:3306)/db'],
    ['u:p@q@unix(/tmp/s)/db', 'u:*@unix(/tmp/s)/db'],
    ['u:p@h:5432/db', 'u:*@h:5432/db'],
  ];
  for (const [written, masked] of cases) {
    it(`is masked in ${written}`, () => assert.equal(mask(written), masked));
  }

  for (const text of [
    'http://h:80/x@y',
    'http://[::1]:80/x@y',
    'http://h/x?mail=a@b.example',
    'ssh://git@h/x',
    'git@h:x/y.git',
    'docker://nginx@sha256:0123',
    'r.example.com:5000/app:v1@sha256:0123',
    'auth@docker,x:y@file',
    'mailto:a@b.example/',
  ]) {
    it(`is nobody in ${text}`, () => assert.equal(mask(text), text));
  }
});
