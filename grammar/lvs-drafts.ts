/**
 * What the checker pass builds: virtual servers with their real servers and checks, as the file says it and
 * nothing more. There may be half a million real servers, so the classes are small, a block's values come to
 * be with its first line, and settings that equal those of the block before are shared with it.
 */
import type { Family } from '../src/units.ts';
import type { Host } from './codecs/host.ts';
import type { Line } from './cst.ts';
import type { Scope } from './drafts.ts';

type Bag = Record<string, unknown>;

/** Nobody asks where a value of these blocks was set, so all of them write to one place. */
const noPlaces: Record<string, Line> = {};

export type Forwarding = 'NAT' | 'DR' | 'TUN';
export type Protocol = 'TCP' | 'UDP' | 'SCTP';

export interface Tunnel {
  readonly type: 'ipip' | 'gue' | 'gre';
  readonly port?: number;
  readonly checksum: 'nocsum' | 'csum' | 'remcsum';
}

export interface Method {
  readonly forwarding: Forwarding;
  readonly tunnel?: Tunnel;
}

abstract class LvsScope implements Scope {
  #values: Bag | undefined;
  /** Half a million lines kept alive would cost more than the servers; the walk knows its place itself. */
  get line(): undefined {
    return undefined;
  }
  get kind(): 'other' {
    return 'other';
  }
  get name(): string {
    return '';
  }
  get places(): Record<string, Line> {
    return noPlaces;
  }
  get values(): Bag {
    this.#values ??= {};
    return this.#values;
  }
  /** The values, or undefined when no line has set one. */
  get given(): Readonly<Bag> | undefined {
    return this.#values;
  }
  /** Drops the own values for equal ones of another block. */
  share(values: Bag | undefined): void {
    this.#values = values;
  }
}

/** How a service is addressed. A firewall mark of 0 is none, so it is an address that is not there. */
export type Service =
  | { readonly kind: 'address'; readonly host: Host | undefined; port: number }
  | { readonly kind: 'fwmark'; readonly mark: number }
  | { readonly kind: 'group'; readonly group: string };

export interface SorryDraft {
  readonly host: Host;
  port: number;
  method: Method | undefined;
  inhibit: boolean;
}

export class VirtualServerDraft extends LvsScope {
  readonly service: Service;
  family: Family | undefined;
  realServers: RealServerDraft[] = [];
  sorry: SorryDraft | undefined;
  /** The group, and how many virtual servers used it before this one: both are part of the name. */
  group: GroupDraft | undefined;
  groupIndex = 0;
  /** Index of the opening statement when nothing had to be said: the block's text is all there is to it. */
  statement: number | undefined = undefined;
  constructor(service: Service) {
    super();
    this.service = service;
    if (service.kind === 'address' && service.host !== undefined) {
      this.family = typeof service.host === 'number' ? 4 : 6;
    }
  }
}

export class RealServerDraft extends LvsScope {
  readonly server: VirtualServerDraft;
  readonly host: Host;
  port: number;
  /** Absent for none: most servers have one. */
  checkers: CheckerDraft | CheckerDraft[] | undefined;
  constructor(server: VirtualServerDraft, host: Host, port: number) {
    super();
    this.server = server;
    this.host = host;
    this.port = port;
    this.checkers = undefined;
  }
}

export type CheckerType =
  | 'TCP_CHECK'
  | 'HTTP_GET'
  | 'SSL_GET'
  | 'SMTP_CHECK'
  | 'DNS_CHECK'
  | 'MISC_CHECK'
  | 'PING_CHECK'
  | 'UDP_CHECK'
  | 'FILE_CHECK'
  | 'BFD_CHECK';

/** What a finished check is: nothing in it belongs to one real server, so many may share it. */
export interface CheckerDraft {
  readonly type: CheckerType;
  readonly values: Readonly<Bag>;
  /** The requests of HTTP_GET and SSL_GET, or the hosts of SMTP_CHECK. */
  readonly parts: readonly Readonly<Bag>[];
}

export class CheckerScope extends LvsScope {
  readonly type: CheckerType;
  readonly realServer: RealServerDraft;
  parts: Readonly<Bag>[] = [];
  /** Its use of `host` has been remarked on. */
  remarked = false;
  /** What was wrong has been said: the check is dropped at the end of its block. */
  failed = false;
  /** Set at the end of the block. */
  finished: CheckerDraft | undefined;
  constructor(type: CheckerType, realServer: RealServerDraft) {
    super();
    this.type = type;
    this.realServer = realServer;
  }
}

/** A `url` or `host` block inside a check. */
export class PartScope extends LvsScope {
  readonly checker: CheckerScope;
  constructor(checker: CheckerScope) {
    super();
    this.checker = checker;
  }
}

export type GroupEntry =
  | { readonly kind: 'range'; readonly first: Host; readonly last: Host; readonly port: number }
  | { readonly kind: 'fwmark'; readonly mark: number; readonly family: Family | undefined };

export interface GroupDraft {
  readonly name: string;
  readonly line: Line;
  readonly entries: GroupEntry[];
  users: number;
}

export interface LvsDraft {
  /** There was a block of a virtual server, whatever has become of it. */
  mentioned: boolean;
  virtualServers: VirtualServerDraft[];
  readonly groups: Map<string, GroupDraft>;
  /** The group whose lines are being read. */
  group: GroupDraft | undefined;
  ssl: Scope | undefined;
  /** Checks whose program cannot be run. */
  readonly disabled: Set<CheckerDraft>;
  /** The last finished blocks by kind, to share what is equal. */
  readonly last: Map<string, CheckerDraft>;
  lastValues: Bag;
  lastPart: Readonly<Bag>;
}

export const newLvs = (): LvsDraft => ({
  mentioned: false,
  virtualServers: [],
  groups: new Map(),
  group: undefined,
  ssl: undefined,
  disabled: new Set(),
  last: new Map(),
  lastValues: {},
  lastPart: {},
});

const NONE: Readonly<Bag> = Object.freeze({});
const NO_PARTS: readonly Readonly<Bag>[] = Object.freeze([]);

function sameValues(a: Readonly<Bag>, b: Readonly<Bag>): boolean {
  let count = 0;
  for (const key in a) {
    if (a[key] !== b[key]) return false;
    count++;
  }
  for (const _ in b) count--;
  return count === 0;
}

export function finishChecker(scope: CheckerScope, lvs: LvsDraft): void {
  const { type, parts, realServer } = scope;
  const values = scope.given ?? NONE;
  const last = lvs.last.get(type);
  let draft: CheckerDraft;
  if (last && sameParts(last.parts, parts) && sameValues(last.values, values)) {
    draft = last;
  } else {
    draft = { type, values, parts: parts.length === 0 ? NO_PARTS : parts };
    lvs.last.set(type, draft);
  }
  scope.finished = draft;
  addChecker(realServer, draft);
}

export function addChecker(realServer: RealServerDraft, draft: CheckerDraft): void {
  const { checkers } = realServer;
  if (checkers === undefined) realServer.checkers = draft;
  else if (Array.isArray(checkers)) checkers.push(draft);
  else realServer.checkers = [checkers, draft];
}

function sameParts(a: readonly Readonly<Bag>[], b: readonly Readonly<Bag>[]): boolean {
  if (a.length !== b.length) return false;
  for (let at = 0; at < a.length; at++) if (a[at] !== b[at]) return false;
  return true;
}

export function finishPart(scope: PartScope, lvs: LvsDraft): void {
  const values = scope.given ?? NONE;
  if (!sameValues(lvs.lastPart, values)) lvs.lastPart = values;
  scope.checker.parts.push(lvs.lastPart);
}

export function finishRealServer(server: RealServerDraft, lvs: LvsDraft): void {
  const values = server.given;
  if (values !== undefined) {
    if (sameValues(lvs.lastValues, values)) server.share(lvs.lastValues);
    else lvs.lastValues = values;
  }
  server.server.realServers.push(server);
}

export function checkersOf({ checkers }: RealServerDraft): readonly CheckerDraft[] {
  if (checkers === undefined) return [];
  return Array.isArray(checkers) ? checkers : [checkers];
}
