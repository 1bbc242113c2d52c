/** Prometheus' alert rules: read by its own program where there is one, and held against the catalogue in any case. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { findPromtool } from '../support/promtool.ts';
import { promqlComplaints } from './promql-rules.ts';
import { isMap, listAt, mapAt, ROOT, read, textsIn, treeOf } from './stack-files.ts';

const RULES_FILE = 'otel-config/prometheus-rules.yaml';
const CASES_FILE = 'test/stack/prometheus-rules.promtool.yaml';
const RULES = listAt(treeOf(read(RULES_FILE)), 'groups')
  .filter(isMap)
  .flatMap((group) => listAt(group, 'rules').filter(isMap));
const CASES = listAt(treeOf(read(CASES_FILE)), 'tests')
  .filter(isMap)
  .flatMap((one) => listAt(one, 'alert_rule_test').filter(isMap));

describe(RULES_FILE, () => {
  it('asks for metrics and attributes of the catalogue', () => {
    assert.ok(RULES.length > 10);
    const queries = RULES.map(({ alert, expr }) => ({ panel: String(alert), expression: String(expr), legend: '' }));
    assert.deepEqual(promqlComplaints(queries), []);
  });

  it('says in words what is wrong, and how bad that is', () => {
    for (const rule of RULES) {
      assert.match(String(mapAt(rule, 'labels')['severity']), /^(critical|warning)$/);
      assert.match(String(mapAt(rule, 'annotations')['summary']), /\S.*\.$/, String(rule['alert']));
    }
  });

  it('names labels that the alert has', () => {
    for (const rule of RULES) {
      const expr = String(rule['expr']);
      const named = textsIn(mapAt(rule, 'annotations')).flatMap((text) =>
        [...text.matchAll(/\$labels\.(\w+)/g)].map(([, label = '']) => label),
      );
      const query = { panel: String(rule['alert']), expression: expr, legend: '' };
      const [grouping] = /by \([^)]*\)/.exec(expr) ?? [];
      for (const label of named) {
        // Where nothing is grouped, an alert has every label of its series.
        const expression = grouping === undefined ? `sum by (${label}) (${expr})` : expr;
        assert.deepEqual(promqlComplaints([{ ...query, expression, legend: '' }]), []);
        assert.ok(grouping === undefined || grouping.includes(label), `${rule['alert']}: ${label}`);
      }
    }
  });

  it('has, for each alert, a case in which it fires and one in which it does not', () => {
    for (const { alert } of RULES) {
      const cases = CASES.filter(({ alertname }) => alertname === alert);
      const isFiring = cases.map((one) => listAt(one, 'exp_alerts').length > 0);
      assert.deepEqual([isFiring.includes(true), isFiring.includes(false)], [true, true], String(alert));
    }
  });
});

describe('promtool', () => {
  const program = findPromtool(process.env);
  const CHECKS: readonly (readonly [title: string, args: readonly string[]])[] = [
    ['takes the rules, without a doubt of its linter', ['check', 'rules', '--lint=all', '--lint-fatal', RULES_FILE]],
    ['sees them fire when they should, and not otherwise', ['test', 'rules', CASES_FILE]],
    ['takes the configuration', ['check', 'config', 'otel-config/prometheus.yaml']],
  ];
  for (const [title, args] of CHECKS) {
    it(program === undefined ? `would be asked whether it ${title}, and is not installed here` : title, () => {
      if (program === undefined) return;
      const { error, status, stdout, stderr } = spawnSync(program, args, { cwd: ROOT, encoding: 'utf8' });
      if (error !== undefined) throw error;
      assert.equal(status, 0, `${stdout}${stderr}`);
    });
  }
});
