/** Interfaces, announcement paces and static entries in keepalived.data. */
import type { Us } from '../../units.ts';
import type { Tracked } from '../../vrrp/config.ts';
import type { LinkReport, VrrpReport } from '../../vrrp/report.ts';
import { routeText } from '../../vrrp/route-text.ts';
import { couldBeSource } from '../../vrrp/told-sources.ts';
import { formatAddress, formatMac } from '../../wire/address.ts';
import { addressText, dateText, epochText, ruleDumpText, secondsText, title } from './text.ts';

const IFF_UP = 0x1;
const IFF_BROADCAST = 0x2;
const IFF_LOOPBACK = 0x8;
const IFF_RUNNING = 0x40;
const IFF_MULTICAST = 0x1000;
const HARDWARE: Readonly<Record<number, string>> = { 1: 'ETHERNET', 772: 'LOOPBACK' };
/** In the list of an interface: it is followed, but its loss is no fault. */
const WEIGHT_NOT_TRACKED = 255;

export interface Settings {
  /** Settings of the kernel by path below /proc/sys. */
  setting(path: string): number | undefined;
}

function stateText(flags: number): string {
  return [
    flags & IFF_UP ? 'UP' : 'DOWN',
    flags & IFF_RUNNING ? 'RUNNING' : 'not RUNNING',
    ...(flags & IFF_BROADCAST ? [] : ['no broadcast']),
    ...(flags & IFF_LOOPBACK ? ['loopback'] : []),
    ...(flags & IFF_MULTICAST ? [] : ['no multicast']),
  ].join(', ');
}

function addressLines({ link, addresses }: LinkReport, virtual: ReadonlySet<string>): string[] {
  const own = addresses
    .filter(({ address }) => !virtual.has(`${link.name} ${formatAddress(address)}`))
    .filter((one) => couldBeSource(one) || (one.family === 6 && link.loopback));
  const lines = ([4, 6] as const).flatMap((family) => {
    const texts = own.filter((one) => one.family === family).map(({ address }) => formatAddress(address));
    const usable = link.loopback && family === 6 ? [] : texts;
    const [first = '(none)', ...more] = usable;
    const further = more.length === 0 ? [] : [`   Additional IPv${family} addresses :`];
    return [`   IPv${family} address = ${first}`, ...further, ...more.map((text) => `     ${text}`)];
  });
  return lines;
}

function paceLines(name: string, { paces }: VrrpReport): string[] {
  const pace = paces.find(({ interfaces }) => interfaces.includes(name));
  const text = (us: Us): string => `${Math.round(us / 1000)}ms`;
  if (pace === undefined) return [];
  return [
    ...(pace.garpIntervalUs === 0 ? [] : [`   Gratuitous ARP interval ${text(pace.garpIntervalUs)}`]),
    ...(pace.gnaIntervalUs === 0 ? [] : [`   Gratuitous NA interval ${text(pace.gnaIntervalUs)}`]),
  ];
}

function settingLines(
  { link: { name }, arpResets }: LinkReport,
  { instances }: VrrpReport,
  { setting }: Settings,
): string[] {
  const of = (key: string): number => setting(`net/ipv4/conf/${name}/${key}`) ?? 0;
  const users = instances.filter(({ config }) => config.interface === name);
  const promoting = users.filter(({ config }) => config.promoteSecondaries);
  // Where 2.2.7 was seen to have looked at it.
  const filtered =
    promoting.length > 0 ||
    instances.some(
      ({ config: { ownLink, ownLinks, interface: base } }) =>
        ownLink?.kind === 'macvlan' && (base === name || ownLinks?.names.includes(name) === true),
    );
  return [
    `   Reset ARP config counter ${arpResets}`,
    `   Original arp_ignore ${of('arp_ignore')}`,
    `   Original arp_filter ${of('arp_filter')}`,
    ...(filtered ? [`   rp_filter ${of('rp_filter')}`] : []),
    `   Original promote_secondaries ${of('promote_secondaries')}`,
    `   Reset promote_secondaries counter ${promoting.length}`,
  ];
}

/** Instances whose state or priority hangs on the interface. */
function trackingLines(name: string, { instances }: VrrpReport): string[] {
  const lines = instances.flatMap(({ config }) => {
    const own = config.interface === name || config.ownLinks?.main === name;
    const tracked: Tracked | undefined = config.trackInterfaces.find((one) => one.name === name);
    if (tracked !== undefined) {
      return [`     ${config.name}, weight ${tracked.weight}${tracked.reverse ? ' reverse' : ''}`];
    }
    if (!own) return [];
    return [`     ${config.name}, weight ${config.trackPrimary ? 0 : WEIGHT_NOT_TRACKED}`];
  });
  return lines.length === 0 ? [] : ['   Tracking VRRP instances :', ...lines];
}

function linkLines(one: LinkReport, report: VrrpReport, settings: Settings, virtual: ReadonlySet<string>) {
  const { link } = one;
  const below = report.links.find((other) => other.link.index === link.lowerIndex)?.link;
  const hasMac = link.mac.some((byte) => byte !== 0);
  const vmac =
    one.ours && below !== undefined
      ? [
          `   VMAC type private, underlying interface = ${below.name}, state = ${stateText(below.flags)}`,
          '   I/f created by keepalived',
        ]
      : [];
  return [
    ` Name = ${link.name}`,
    `   index = ${link.index}`,
    ...addressLines(one, virtual),
    ...(hasMac ? [`   MAC = ${formatMac(link.mac)}`, '   MAC broadcast = ff:ff:ff:ff:ff:ff'] : []),
    `   State = ${stateText(link.flags)}`,
    `   Seen up = ${link.flags & IFF_UP ? 1 : 0}`,
    `   Delayed state change running = ${one.delayed}`,
    `   Up debounce timer = ${one.upDelayUs}us`,
    `   Down debounce timer = ${one.downDelayUs}us`,
    `   Group = ${link.group ?? 0}`,
    ...vmac,
    `   MTU = ${link.mtu}`,
    `   HW Type = ${HARDWARE[link.type] ?? 'UNKNOWN'}`,
    '   NIC netlink status update',
    ...paceLines(link.name, report),
    ...settingLines(one, report, settings),
    ...trackingLines(link.name, report),
  ];
}

export function interfaceSection(report: VrrpReport, settings: Settings): string[] {
  const statics = report.statics.addresses.map(({ dev, address }) => `${dev} ${formatAddress(address)}`);
  const vips = report.instances.flatMap(({ config }) =>
    [...config.vips, ...config.excludedVips].map(
      (vip) => `${vip.dev ?? config.ownLinks?.main ?? config.interface} ${formatAddress(vip.address)}`,
    ),
  );
  const virtual = new Set([...statics, ...vips]);
  return [title('Interfaces'), ...report.links.flatMap((one) => linkLines(one, report, settings, virtual))];
}

export function paceSection({ paces, wallUs, nowUs }: VrrpReport): string[] {
  if (paces.length === 0) return [];
  const next = (name: string, at: Us | undefined): string => {
    const wall = at === undefined ? 0 : wallUs + at - nowUs;
    return ` ${name} next time ${epochText(wall)} (${dateText(wall, false)})`;
  };
  const lines = paces.flatMap(({ interfaces, garpIntervalUs, gnaIntervalUs, garpNextUs, gnaNextUs }) => [
    // All of them have this number in 2.2.7, and none in 2.3.3.
    title('GARP delay group 0'),
    ...(garpIntervalUs === 0
      ? []
      : [` GARP interval = ${secondsText(garpIntervalUs)}`, next('GARP', garpNextUs)]),
    ...(gnaIntervalUs === 0 ? [] : [` GNA interval = ${secondsText(gnaIntervalUs)}`, next('GNA', gnaNextUs)]),
    ' Interfaces',
    ...interfaces.map((name) => `  ${name}`),
  ]);
  return [title('Gratuitous ARP delays'), ...lines];
}

export function staticSections({ statics }: VrrpReport): string[] {
  const section = (name: string, lines: readonly string[]): string[] =>
    lines.length === 0 ? [] : [title(name), ...lines.map((line) => `     ${line}`)];
  return [
    ...section(
      'Static Addresses',
      statics.addresses.map((address) => addressText(address, address.dev, { set: true, filtered: false })),
    ),
    ...section('Static Routes', statics.routes.map(routeText)),
    ...section('Static Rules', statics.rules.map(ruleDumpText)),
  ];
}
