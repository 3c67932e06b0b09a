/** Advice on instances and sync groups. */
import type { Line } from '../cst.ts';
import type { InstanceModel, VipModel } from '../model.ts';
import {
  advice,
  argumentOf,
  has,
  inside,
  itemsOf,
  type LintContext,
  type LintRule,
  numberOf,
  rootBlocks,
} from './rule.ts';

/** A tracker line with a weight of its own, or of its script, other than 0. */
function weighted(item: Line, context: LintContext): boolean {
  const at = item.words.indexOf('weight');
  if (at >= 0) return Number(item.words[at + 1]) !== 0;
  const script = rootBlocks(context, 'vrrp_script').find(({ words }) => words[1] === item.keyword);
  return script !== undefined && numberOf(script, 'weight', 0) !== 0;
}

const TRACK_LISTS = ['track_script', 'track_interface', 'track_file', 'track_process', 'track_bfd'];

export const nopreemptWithWeight: LintRule = {
  code: 'AV0901',
  check: (context) =>
    rootBlocks(context, 'vrrp_instance').flatMap((instance) => {
      const nopreempt = inside(instance, 'nopreempt').at(-1);
      const tracker = itemsOf(instance, ...TRACK_LISTS).find((item) => weighted(item, context));
      if (!nopreempt || !tracker) return [];
      const text = `nopreempt keeps the addresses here although '${tracker.keyword}' lowers the priority`;
      return [
        advice({
          code: 'AV0901',
          text,
          span: nopreempt.span,
          related: [{ text: 'tracked with a weight', span: tracker.span }],
          help: ['Track without a weight, so that a failure means FAULT, or allow preemption.'],
        }),
      ];
    }),
};

const keyOf = (vip: VipModel): string => `${vip.family}/${vip.address.join('.')}`;

/** Addresses that a service of the file answers on, without ports. */
const serviceAddresses = (context: LintContext): ReadonlySet<string> =>
  new Set(rootBlocks(context, 'virtual_server').map(({ words }) => words[1] ?? ''));

export const notAccepted: LintRule = {
  code: 'AV0908',
  check: (context) => {
    const services = serviceAddresses(context);
    return rootBlocks(context, 'vrrp_instance').flatMap((instance) => {
      const strict = strictLine(context, instance);
      const refuses = inside(instance, 'no_accept').at(-1) ?? strict;
      const owner = argumentOf(instance, 'priority') === '255';
      if (!refuses || owner || has(instance, 'accept')) return [];
      const used = itemsOf(instance, 'virtual_ipaddress', 'virtual_ipaddress_excluded').find(({ keyword }) =>
        services.has(keyword.replace(/\/.*/, '')),
      );
      if (!used) return [];
      const text = `'${used.keyword}' is the address of a virtual_server, and packets to it are dropped`;
      return [
        advice({
          code: 'AV0908',
          text,
          span: used.span,
          related: [{ text: 'because of this', span: refuses.span }],
          help: ['Write accept in the instance, or leave strict mode.'],
        }),
      ];
    });
  },
};

function strictLine(context: LintContext, instance: Line): Line | undefined {
  const own = inside(instance, 'strict_mode').at(-1);
  if (own !== undefined) return /^(?:off|no|false)$/.test(own.words[1] ?? '') ? undefined : own;
  return rootBlocks(context, 'global_defs').flatMap((globals) => inside(globals, 'vrrp_strict'))[0];
}

export const outsideSubnet: LintRule = {
  code: 'AV0910',
  check: ({ model }) =>
    model.instances.flatMap((instance) => {
      const neighbours = [
        ...(instance.sourceAddress ? [instance.sourceAddress] : []),
        ...instance.unicastPeers.map(({ address }) => address),
      ];
      const near = neighbours.filter(({ length }) => length === (instance.family === 4 ? 4 : 16));
      return instance.vips
        .filter(
          (vip) =>
            vip.prefix < vip.address.length * 8 &&
            (vip.dev ?? instance.values.interface) === instance.values.interface,
        )
        .filter((vip) => near.length > 0 && !near.some((one) => sharesPrefix(one, vip.address, vip.prefix)))
        .map((vip) =>
          advice({
            code: 'AV0910',
            text: `The address is in another network than the routers of (${instance.name})`,
            span: vip.span,
            help: ['If clients reach it by a route, write it with the full prefix length (/32 or /128).'],
          }),
        );
    }),
};

export function sharesPrefix(a: Uint8Array, b: Uint8Array, bits: number): boolean {
  for (let bit = 0; bit < bits; bit++) {
    const mask = 0x80 >> (bit & 7);
    if (((a[bit >> 3] ?? 0) & mask) !== ((b[bit >> 3] ?? 0) & mask)) return false;
  }
  return true;
}

export const sameAddressTwice: LintRule = {
  code: 'AV0911',
  check: ({ model }) => {
    const seen = new Map<string, { readonly instance: InstanceModel; readonly vip: VipModel }>();
    return model.instances.flatMap((instance) =>
      [...instance.vips, ...instance.excludedVips].flatMap((vip) => {
        const first = seen.get(keyOf(vip));
        if (!first) seen.set(keyOf(vip), { instance, vip });
        if (!first || first.instance === instance) return [];
        return [
          advice({
            code: 'AV0911',
            text: `(${instance.name}) carries an address that (${first.instance.name}) carries too`,
            span: vip.span,
            related: [{ text: 'the other one', span: first.vip.span }],
          }),
        ];
      }),
    );
  },
};

export const differentPriorities: LintRule = {
  code: 'AV0918',
  check: ({ model }) =>
    model.groups.flatMap((group) => {
      const members = model.instances.filter(({ name }) => group.members.includes(name));
      const priorities = new Set(members.map(({ values }) => values.priority));
      if (priorities.size < 2) return [];
      const list = members.map(({ name, values }) => `${name} ${values.priority}`).join(', ');
      return [
        advice({
          code: 'AV0918',
          text: `Members of sync group ${group.name} have different priorities (${list})`,
          span: group.span,
          help: ['Give them one priority, so that all of them prefer the same router.'],
        }),
      ];
    }),
};
