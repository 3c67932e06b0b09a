/**
 * The finished configuration of the checker process. What a virtual server sets for its real servers, and
 * these for their checks, has arrived at the checks. Times are microseconds, weights plain numbers.
 */
import type { Span } from '../src/diagnostics.ts';
import type { Family, Us } from '../src/units.ts';
import type { BlockText } from './block-text.ts';
import type { Address } from './codecs/address.ts';
import type { connectionRows } from './keywords/checker-rows.ts';
import type { bfdCheckRows, dnsRows, fileRows, smtpRows, udpRows } from './keywords/checkers.ts';
import type { httpUrlRows, StatusRange, sslRows, sslUrlRows } from './keywords/http-get.ts';
import type { miscRows } from './keywords/misc-check.ts';
import type { realServerRows } from './keywords/real-server.ts';
import type { Values } from './keywords/row.ts';
import type { sslContextRows } from './keywords/ssl.ts';
import type { virtualServerRows } from './keywords/virtual-server.ts';
import type { Method, Protocol } from './lvs-drafts.ts';
import type { Command } from './model.ts';

export type VirtualServerValues = Values<typeof virtualServerRows>;
export type RealServerValues = Values<typeof realServerRows>;
export type ConnectionValues = Values<typeof connectionRows>;
export type SmtpValues = Values<typeof smtpRows>;
export type DnsValues = Values<typeof dnsRows>;
export type UdpValues = Values<typeof udpRows>;
export type MiscValues = Values<typeof miscRows>;
export type FileValues = Values<typeof fileRows>;
export type BfdCheckValues = Values<typeof bfdCheckRows>;
export type HttpValues = Values<typeof sslRows>;
export type UrlValues = Values<typeof httpUrlRows> & Partial<Values<typeof sslUrlRows>>;
export type SslValues = Values<typeof sslContextRows>;

export type ServiceModel =
  | {
      readonly kind: 'address';
      readonly address?: Address;
      readonly port: number;
      readonly protocol: Protocol;
    }
  | { readonly kind: 'fwmark'; readonly mark: number; readonly family: Family };

/** Every address of the range is a service. */
export type GroupServiceModel =
  | { readonly kind: 'range'; readonly first: Address; readonly last: Address; readonly port: number }
  | { readonly kind: 'fwmark'; readonly mark: number; readonly family?: Family };

export interface GroupServicesModel {
  readonly name: string;
  readonly span: Span;
  readonly services: readonly GroupServiceModel[];
}

/** What the commands of a server are for. */
export type ServerEvent = 'quorum_up' | 'quorum_down' | 'notify_up' | 'notify_down';
export type ServerCommands = Readonly<Partial<Record<ServerEvent, Command>>>;

export interface VirtualServerModel {
  /** As in messages: `[ADDRESS]:PROTOCOL:PORT`, `FWM MARK` or `[GROUP]:NUMBER`. */
  readonly name: string;
  /** Its own service, or the name of the group that lists them. */
  readonly service: ServiceModel | { readonly kind: 'group'; readonly group: string };
  readonly family: Family;
  readonly protocol?: Protocol;
  readonly values: VirtualServerValues;
  readonly scheduler: NonNullable<VirtualServerValues['lb_algo']>;
  readonly schedulerFlags: readonly (1 | 2 | 3)[];
  /** Seconds; absent = not persistent. */
  readonly persistenceTimeout?: number;
  readonly smtpAlert: boolean;
  readonly commands: ServerCommands;
  readonly settings: ServerSettings;
  readonly inhibit: boolean;
  /** Forwarding of servers that choose none. */
  readonly method: Method;
  readonly sorry?: SorryServerModel;
  readonly realServers: readonly RealServerModel[];
}

/** What a virtual server sets for its real servers, and these for their checks, as far as they say it. */
export interface ServerSettings {
  readonly alpha: boolean;
  readonly connectTimeoutUs: Us;
  readonly delayLoopUs: Us;
  readonly retry?: number;
  readonly delayBeforeRetryUs?: Us;
  readonly warmupUs?: Us;
  readonly virtualhost?: string;
}

export interface SorryServerModel {
  readonly address: Address;
  readonly port: number;
  readonly method: Method;
  readonly inhibit: boolean;
}

export interface RealServerModel {
  readonly name: string;
  readonly address: Address;
  readonly port: number;
  readonly weight: number;
  readonly method: Method;
  readonly uthreshold: number;
  readonly lthreshold: number;
  readonly inhibit: boolean;
  readonly alpha: boolean;
  /** The object of the virtual server where it adds nothing. */
  readonly settings: ServerSettings;
  readonly smtpAlert: boolean;
  readonly snmpName?: string;
  /** Not that of the virtual server. */
  readonly virtualhost?: string;
  readonly commands: ServerCommands;
  readonly checks: readonly CheckModel[];
  /** Checks with alpha that cannot run, for which the server waits in vain (seen with 2.2.7). */
  readonly lostChecks?: number;
}

/** When a check runs. */
export interface CheckTiming {
  readonly delayLoopUs: Us;
  readonly warmupUs: Us;
  readonly retry: number;
  readonly delayBeforeRetryUs: Us;
  readonly alpha: boolean;
  readonly logAllFailures: boolean;
}

/** Where a check connects. */
export interface CheckTarget {
  readonly address: Address;
  readonly port: number;
  readonly bindTo?: Address;
  readonly bindPort?: number;
  readonly bindInterface?: string;
  readonly connectTimeoutUs: Us;
  readonly fwmark: number;
}

export interface UrlModel {
  readonly path: string;
  readonly virtualhost?: string;
  readonly statusCodes: readonly StatusRange[];
  readonly tlsCompliant: boolean;
  readonly values: UrlValues;
}

interface Timed {
  readonly timing: CheckTiming;
}

interface Connecting extends Timed {
  readonly target: CheckTarget;
}

export type CheckModel =
  | (Connecting & { readonly type: 'TCP_CHECK' | 'PING_CHECK' })
  | (Connecting & {
      readonly type: 'HTTP_GET' | 'SSL_GET';
      readonly values: HttpValues;
      readonly urls: readonly UrlModel[];
      readonly sni: boolean;
      readonly fastRecovery: boolean;
    })
  | (Connecting & { readonly type: 'SMTP_CHECK'; readonly heloName: string })
  | (Connecting & { readonly type: 'DNS_CHECK'; readonly query: DnsValues['type']; readonly name: string })
  | (Connecting & { readonly type: 'UDP_CHECK'; readonly values: UdpValues })
  | (Timed & {
      readonly type: 'MISC_CHECK';
      readonly command: Command;
      readonly timeoutUs: Us;
      /** misc_timeout was given. */
      readonly timeoutGiven: boolean;
      readonly dynamic: boolean;
    })
  | { readonly type: 'FILE_CHECK'; readonly trackFile: string; readonly weight: FileValues['weight'] }
  | { readonly type: 'BFD_CHECK'; readonly name: string; readonly alpha: boolean };

/** A virtual server before anybody needs to know more of it. */
export interface ServerEntry {
  readonly name: string;
  /** Absent when other parts of the file, or the reading of it, have a share in what the server is. */
  readonly text?: BlockText;
  readonly model: VirtualServerModel;
}

export interface LvsModel {
  /** The file has a virtual server, be it one that can be used or not: upstream starts its process for it. */
  readonly mentioned: boolean;
  readonly entries: readonly ServerEntry[];
  /** What stands outside of the entries that have a text, as text. */
  readonly outside: string;
  readonly virtualServers: readonly VirtualServerModel[];
  readonly virtualServerGroups: readonly GroupServicesModel[];
  readonly ssl?: SslValues;
}
