/**
 * Interfaces on top of those of the laboratory, and settings of all of them, as facts: what a VMAC looks like
 * to the kernel. In: a namespace. Out: lines and numbers that are equal for daemons that behave the same.
 */
import { ipBatch, run } from './exec.ts';
import type { Json } from './scene.ts';

interface LinkJson {
  readonly ifname: string;
  readonly link?: string;
  readonly address: string;
  readonly group: string;
  readonly flags: readonly string[];
  readonly linkinfo?: { readonly info_kind?: string; readonly info_data?: { readonly mode?: string } };
}

const SETTINGS: Readonly<Record<'ipv4' | 'ipv6', readonly string[]>> = {
  ipv4: ['accept_local', 'arp_filter', 'arp_ignore', 'promote_secondaries', 'rp_filter'],
  ipv6: ['addr_gen_mode', 'disable_ipv6'],
};

async function stacked(ns: string): Promise<LinkJson[]> {
  const links = JSON.parse(await run(['ip', '-n', ns, '-d', '-j', 'link', 'show'])) as LinkJson[];
  return links.filter(({ linkinfo }) => ['macvlan', 'ipvlan'].includes(linkinfo?.info_kind ?? ''));
}

async function linkLine(ns: string, link: LinkJson): Promise<string> {
  const { info_kind: kind, info_data: data } = link.linkinfo ?? {};
  const state = link.flags.includes('UP') ? 'up' : 'down';
  const text = await run(['ip', '-n', ns, '-j', 'addr', 'show', 'dev', link.ifname]);
  const [found] = JSON.parse(text) as { addr_info: { local: string; prefixlen: number; scope: string }[] }[];
  const own = (found?.addr_info ?? []).map(({ local, prefixlen }) => `${local}/${prefixlen}`).sort();
  const on = `${link.ifname}@${link.link} ${link.address} ${kind} ${data?.mode} group ${link.group} ${state}`;
  return [on, ...own].join(' ');
}

/** `224.0.0.18 on vrrp.51` for every interface that listens to a group of VRRP. */
async function groups(ns: string): Promise<string[]> {
  const joined = JSON.parse(await run(['ip', '-n', ns, '-j', 'maddr', 'show'])) as {
    ifname: string;
    maddr: { address?: string }[];
  }[];
  return joined.flatMap(({ ifname, maddr }) =>
    maddr
      .filter(({ address = '' }) => ['224.0.0.18', 'ff02::12'].includes(address))
      .map(({ address }) => `${address} on ${ifname}`),
  );
}

async function settings(ns: string, ifnames: readonly string[]): Promise<Record<string, Json>> {
  const paths = ifnames.flatMap((ifname) =>
    Object.entries(SETTINGS).flatMap(([family, keys]) =>
      keys.map((key) => [`${ifname} ${key}`, `net/${family}/conf/${ifname}/${key}`] as const),
    ),
  );
  const files = paths.map(([, path]) => `/proc/sys/${path}`);
  const text = await run(['ip', 'netns', 'exec', ns, 'cat', ...files]);
  const values = text.trim().split('\n').map(Number);
  return Object.fromEntries(paths.map(([name], at) => [name, values[at] ?? null]));
}

/** Interfaces of a daemon's own, what listens to VRRP, and the settings of everything concerned. */
export async function linksOf(ns: string, others: readonly string[] = ['eth0']): Promise<Json> {
  const links = await stacked(ns);
  const names = links.map(({ ifname }) => ifname);
  return {
    links: (await Promise.all(links.map((link) => linkLine(ns, link)))).sort(),
    groups: (await groups(ns)).sort(),
    settings: await settings(ns, [...others, ...names]),
  };
}

/** A VRF called `red`, and eth0 in it. */
export async function joinVrf(ns: string): Promise<void> {
  await ipBatch(ns, ['link add red type vrf table 1001', 'link set red up', 'link set eth0 master red']);
}
