/**
 * From raw facts to comparable ones: kernel addresses as lines, log lines without what differs from run to
 * run, packets as a story in which a steady stream of equal adverts is one line. In: daemon log, frames,
 * `ip` output; out: lists of strings that are equal for two daemons that behave the same.
 */
import { isEventLine, isSessionLine, tidyBfdLine } from './bfd.ts';
import { mac } from './bytes.ts';
import { run } from './exec.ts';
import type { Advert, Frame } from './frames.ts';
import { isVirtualMac } from './senders.ts';

interface IpAddressJson {
  readonly ifname: string;
  readonly addr_info: readonly Record<string, unknown>[];
}

/** Flags of `ip -j address` that a virtual address may carry. */
const ADDRESS_FLAGS = ['secondary', 'deprecated', 'nodad', 'home', 'mngtmpaddr', 'noprefixroute', 'autojoin'];

/** The addresses of a namespace, one line each, sorted; `own` are those the laboratory itself put there. */
export async function addressesOf(ns: string, own: ReadonlySet<string>): Promise<string[]> {
  const links = JSON.parse(await run(['ip', '-n', ns, '-j', 'addr', 'show'])) as IpAddressJson[];
  const lines: string[] = [];
  for (const link of links) {
    for (const info of link.addr_info) {
      if (link.ifname === 'lo' || own.has(String(info.local))) continue;
      lines.push(`${link.ifname} ${addressLine(link.ifname, info)}`);
    }
  }
  return lines.sort();
}

function addressLine(ifname: string, info: Record<string, unknown>): string {
  const words = [`${info.local}/${info.prefixlen}`];
  if (info.address !== undefined) words.push(`peer ${info.address}`);
  if (info.broadcast !== undefined) words.push(`brd ${info.broadcast}`);
  words.push(`scope ${info.scope}`);
  if (info.label !== undefined && info.label !== ifname) words.push(`label ${info.label}`);
  words.push(...ADDRESS_FLAGS.filter((flag) => info[flag] === true));
  const preferred = Number(info.preferred_life_time);
  // A running life time shrinks, so only its kind is kept: none, limited or for ever.
  if (preferred === 0) words.push('preferred 0');
  else if (preferred < 0xffff_ffff) words.push('preferred limited');
  return words.join(' ');
}

/** Routes of a namespace that keepalived could have added. */
export async function routesOf(ns: string): Promise<string[]> {
  const text = await run(['ip', '-n', ns, 'route', 'show', 'proto', 'keepalived']);
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean)
    .sort();
}

const PARENT = new RegExp(
  '^(Starting |Startup complete|Stopping|Stopped DAEMON|Reloading \\.\\.\\.|Reload complete|NOTICE|' +
    'Opening file|Configuration file|pid N exited|(VRRP|BFD) child|Please log|and include|copies of|' +
    'Restart of|Printing parent data|read eventfd|daemon is already|Remove a zombie|Unable to find|' +
    'Keepalived_(vrrp|bfd) exited|CPU usage)',
);
/**
 * Lines about the host or the command line, which no two runs share, and one that upstream writes now and
 * then after an interface was deleted, when it forgets a socket twice.
 */
const DROPPED = /^(Running on|Command line:|\s{5,}'|CPU usage|scheduler: Error performing epoll_ctl DEL)/;

export interface TidyLog {
  /** Lines of the parent process; the two processes write to one pipe, so they are told apart by text. */
  readonly parent: string[];
  readonly vrrp: string[];
  /** What the BFD process says of its sessions. */
  readonly bfd: string[];
  /** What the VRRP process hears of them: when, among its other lines, is chance. */
  readonly events: string[];
}

/**
 * Lines that each child writes once in its life or for a reload; that of the BFD process is not told from
 * that of the VRRP one, which is busier: it comes to a reload first and to its end last.
 */
const EVERY_CHILD: readonly string[] = ['Reloading', 'Stopped - used TIMES'];

function listOf(text: string, log: TidyLog): string[] {
  if (PARENT.test(text)) return log.parent;
  if (isSessionLine(text)) return log.bfd;
  return isEventLine(text) ? log.events : log.vrrp;
}

/**
 * Takes out pids, descriptors, times and paths, and writes a run of equal lines once. `bfd`: there is a BFD
 * process beside the VRRP one.
 */
export function tidyLog(lines: readonly string[], dir: string, bfd: boolean): TidyLog {
  const log: TidyLog = { parent: [], vrrp: [], bfd: [], events: [] };
  for (const line of lines) {
    if (DROPPED.test(line)) continue;
    const text = tidyLine(line, dir);
    const list = listOf(text, log);
    const before = bfd && EVERY_CHILD.includes(text) ? log.vrrp.indexOf(text) : -1;
    if (before >= 0 && text === 'Reloading') continue;
    if (before >= 0) log.vrrp.splice(before, 1);
    if (list.at(-1) !== text) list.push(text);
  }
  return log;
}

function tidyLine(line: string, dir: string): string {
  return tidyBfdLine(line.trim())
    .replaceAll(dir, 'DIR')
    .replace(/\b(keepalived|alived) v\S+( \([^)]*\))?/gi, 'DAEMON')
    .replace(/pid[= ]\d+/g, (text) => text.replace(/\d+/, 'N'))
    .replace(/process\(\d+\)/g, 'process(N)')
    .replace(/fd\(\d+,\d+\)/, 'fd(N,N)')
    .replace(/ifindex\( *\d+\)/, 'ifindex(N)')
    .replace(/\bseq=\d+/, 'seq=N')
    .replace(/eventfd count \d+/, 'eventfd count N')
    .replace(/^Stopped - used .*/, 'Stopped - used TIMES');
}

const STATE = /^\((\S+?)\):? entering (MASTER|BACKUP|FAULT) state( \(init\))?/i;

/** `INSTANCE STATE` for every log line that announces a state. */
export function statesOf(lines: readonly string[]): string[] {
  return lines.flatMap((line) => {
    const match = STATE.exec(line);
    return match === null ? [] : [`${match[1]} ${match[2]}${match[3] ?? ''}`];
  });
}

/** Frames closer together than this belong to one burst of announcements. */
const BURST_GAP_US = 60_000;

/**
 * The packets of one router as a story. An advert equal to the one before it is left out, because the number
 * of those depends on how long the scenario took; priority 0 adverts are counted, and so are the
 * announcements of a burst. `adverts` holds the last advert of each VRID before, as long as its master merely
 * goes on, and afterwards the last one of these frames.
 */
export function wireStory(frames: readonly Frame[], adverts: Map<number, string>): string[] {
  const story: string[] = [];
  let leaving = 0;
  let burst: Frame[] = [];
  const closeBurst = () => {
    story.push(...burstLines(burst));
    burst = [];
  };
  for (const frame of frames) {
    const last = burst.at(-1);
    if (last !== undefined && frame.atUs - last.atUs > BURST_GAP_US) closeBurst();
    if (announcement(frame) !== undefined) burst.push(frame);
    if (frame.kind !== 'advert') continue;
    const text = advertLine(frame);
    const same = adverts.get(frame.vrid) === text;
    leaving = frame.priority > 0 ? 0 : same ? leaving + 1 : 1;
    if (same && leaving === 0) continue;
    closeBurst();
    if (leaving > 1) story.pop();
    story.push(leaving > 0 ? `${text} x${leaving}` : text);
    adverts.set(frame.vrid, text);
  }
  closeBurst();
  return story;
}

export function advertLine(p: Advert): string {
  const unit = p.version === 2 ? 's' : 'cs';
  const auth = p.version === 2 ? ` auth ${p.authType} ${p.authData}` : '';
  const odd = [
    p.type === 1 ? '' : ` type ${p.type}`,
    p.dontFragment ? ' DF' : '',
    p.ah === undefined ? '' : ` AH spi ${p.ah.spi}`,
    p.trailing > 0 ? ` trailing ${p.trailing}` : '',
    p.count === p.vips.length ? '' : ` count ${p.count}`,
  ].join('');
  const ip = `${p.source} > ${p.destination} ttl ${p.ttl} tos 0x${p.tos.toString(16)}`;
  const body = `v${p.version} vrid ${p.vrid} prio ${p.priority} int ${p.interval}${unit}${auth}`;
  const from = isVirtualMac(p.sourceMac) ? ` from ${p.sourceMac}` : '';
  return `advert ${ip} ${body} [${p.vips.join(' ')}] sum ${p.checksum}${odd}${from}`;
}

/**
 * The address that a frame announces without being asked, undefined for any other frame. A kernel that still
 * has the address answers a gratuitous ARP by unicast, which announces nothing.
 */
export function announcement(frame: Frame): string | undefined {
  const broadcast = frame.destinationMac === 'ff:ff:ff:ff:ff:ff';
  if (frame.kind === 'arp' && frame.sender === frame.target && broadcast) return frame.sender;
  if (frame.kind === 'na' && !frame.flags.includes('S')) return frame.target;
  return undefined;
}

/** One line for each kind of frame in the burst, with the count and whether the addresses took turns. */
function burstLines(burst: readonly Frame[]): string[] {
  const order = burst.map((frame) => announcement(frame));
  const distinct = [...new Set(order)];
  const turns = order.every((address, at) => address === distinct[at % distinct.length]);
  const counts = new Map<string, number>();
  for (const frame of burst) {
    const text = announcementLine(frame);
    counts.set(text, (counts.get(text) ?? 0) + 1);
  }
  const lines = [...counts].map(([text, n]) => `${text} x${n}`);
  return distinct.length > 1 ? [...lines, turns ? 'announced in turns' : 'announced in blocks'] : lines;
}

function announcementLine(frame: Frame): string {
  const by = isVirtualMac(frame.sourceMac) ? ` by ${frame.sourceMac}` : '';
  if (frame.kind === 'arp') {
    const own = frame.senderMac === frame.sourceMac ? '' : ` sender ${frame.senderMac}`;
    const op = frame.op === 1 ? 'request' : `op ${frame.op}`;
    return `garp ${op} ${frame.sender} to ${frame.destinationMac} target ${frame.targetMac}${own}${by}`;
  }
  if (frame.kind === 'na') {
    const own = frame.targetMac === frame.sourceMac ? '' : ` lladdr ${frame.targetMac || 'none'}`;
    const from = frame.source === frame.target ? 'itself' : frame.source;
    return `na ${frame.target} from ${from} to ${frame.destination} ${frame.flags} hl ${frame.hopLimit} sum ${frame.checksum}${own}${by}`;
  }
  return `frame ${mac(frame.raw.subarray(0, 14))}`;
}
