/** What the tests of the rules share: short configurations, and what was said about them. */
import assert from 'node:assert/strict';
import { describe } from 'node:test';
import type { ScriptFacts } from '../facts.ts';
import { checkConfig, type InstanceModel, parseTree } from '../index.ts';
import { type ObjectFacts, objectFacts } from '../testing.ts';

export interface Checked {
  readonly said: string[];
  readonly hidden: string[];
  readonly instances: readonly InstanceModel[];
  readonly first: InstanceModel;
  readonly fatal: string | undefined;
  readonly result: ReturnType<typeof checkConfig>;
}

export function check(
  text: string,
  scripts: Record<string, Partial<ScriptFacts>> = {},
  more: Partial<ObjectFacts> = {},
): Checked {
  const facts = objectFacts({ files: { 'k.conf': text }, scripts, ...more });
  const result = checkConfig(parseTree('k.conf', facts), facts);
  const { instances } = result.model;
  const [first] = instances;
  assert.ok(first, 'an instance');
  const texts = (shown: boolean): string[] =>
    result.diagnostics.filter(({ shownByTest }) => (shownByTest !== false) === shown).map((one) => one.text);
  return { said: texts(true), hidden: texts(false), instances, first, fatal: result.fatal, result };
}

export const instance = (body: string, more: { name?: string; vips?: string; id?: string } = {}): string => {
  const { name = 'A', vips = '10.0.0.1', id = 'interface eth0\nvirtual_router_id 51' } = more;
  return `vrrp_instance ${name} {\n${id}\n${body}\nvirtual_ipaddress {\n${vips}\n}\n}\n`;
};

export const secure = 'global_defs {\nenable_script_security\nscript_user root\n}\n';
export const group = (members: string, more = ''): string =>
  `vrrp_sync_group G {\ngroup {\n${members}\n}\n${more}\n}\n`;

/** The tests of a rule; rules.test.ts looks for these lines to see that none is left out. */
export const rule = (name: string, body: () => void): void => {
  describe(name, body);
};
