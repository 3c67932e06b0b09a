/** SNMP from the grammar's model and the command line: -x is as if every part had been enabled. */
import { isIP } from 'node:net';
import { hostname, userInfo } from 'node:os';
import type { Model } from '../../grammar/model.ts';
import type { GroupServicesModel } from '../../grammar/model-lvs.ts';
import { KEEPALIVED_VERSION } from '../out/version.ts';
import type { SnmpGlobals, SnmpGroup, SnmpSetup } from '../ports/snmp.ts';
import { ipv4, ipv6 } from '../wire/address.ts';

export interface SnmpOptions {
  /** -x */
  readonly snmp: boolean;
  /** -A */
  readonly snmpSocket: string | undefined;
}

const DEFAULT_SOCKET = 'unix:/var/agentx/master';
const SMTP_PORT = 25;
const DEFAULT_STATISTICS_US = 5_000_000;

/** Nothing for a name, which is only looked up when a mail is sent. */
function addressOf(host: string): Uint8Array | undefined {
  const family = isIP(host);
  return family === 4 ? ipv4(host) : family === 6 ? ipv6(host) : undefined;
}

function smtpOf({ globals: { values: v, notificationEmail } }: Model): SnmpGlobals['smtp'] {
  const server = v.smtp_server;
  const address = server === undefined ? undefined : addressOf(server.host);
  return {
    ...(address === undefined ? {} : { address }),
    port: server?.port ?? SMTP_PORT,
    timeoutSeconds: Math.trunc(v.smtp_connect_timeout / 1e6),
    from: v.notification_email_from ?? `${userInfo().username}@${hostname()}`,
    to: [...notificationEmail],
    faults: !v.no_email_faults,
    alert: v.smtp_alert,
    alertVrrp: v.smtp_alert_vrrp,
    alertChecker: v.smtp_alert_checker,
  };
}

function globalsOf(model: Model): SnmpGlobals {
  const { globals, root } = model;
  const v = globals.values;
  return {
    version: `Keepalived ${KEEPALIVED_VERSION}`,
    routerId: v.router_id ?? hostname(),
    smtp: smtpOf(model),
    lvsFlush: v.lvs_flush === true,
    lvsFlushOnStop: v.lvs_flush_on_stop === undefined ? 'no' : v.lvs_flush_on_stop === 'VS' ? 'VS' : 'all',
    namespace: root.net_namespace ?? '',
    dynamicInterfaces: v.dynamic_interfaces !== undefined,
    allowInterfaceChanges: v.dynamic_interfaces === 'allow_if_changes',
  };
}

const groupOf = ({ name, services }: GroupServicesModel): SnmpGroup => ({
  name,
  // Marks come first, wherever they are written (seen with 2.2.7).
  members: services
    .toSorted((left, right) => Number(right.kind === 'fwmark') - Number(left.kind === 'fwmark'))
    .map((service) =>
      service.kind === 'fwmark'
        ? { mark: service.mark }
        : { first: service.first.bytes, last: service.last.bytes, port: service.port },
    ),
});

/** The command line as if the file had said it, so that dumps show it too; -A wins over the file's socket. */
export function withSnmpOptions(model: Model, { snmp, snmpSocket }: SnmpOptions): Model {
  if (!snmp && snmpSocket === undefined) return model;
  const { globals } = model;
  const values = {
    ...globals.values,
    ...(snmp ? { enable_snmp_vrrp: true, enable_snmp_rfc: true, enable_snmp_checker: true } : {}),
    ...(snmpSocket === undefined ? {} : { snmp_socket: snmpSocket }),
  };
  return { ...model, globals: { ...globals, values } };
}

/** Nothing where nobody asks for it. */
export function snmpSetup(model: Model): { readonly snmp?: SnmpSetup } {
  const v = model.globals.values;
  const parts = {
    vrrp: v.enable_snmp_vrrp === true || v.enable_snmp_keepalived === true,
    rfc2787: v.enable_snmp_rfc === true || v.enable_snmp_rfcv2 === true,
    rfc6527: v.enable_snmp_rfc === true || v.enable_snmp_rfcv3 === true,
    checker: v.enable_snmp_checker === true,
  };
  if (!Object.values(parts).includes(true)) return {};
  const virtual = v.snmp_vs_stats_update_interval ?? DEFAULT_STATISTICS_US;
  return {
    snmp: {
      ...parts,
      socket: v.snmp_socket ?? DEFAULT_SOCKET,
      traps: v.enable_traps === true,
      globals: globalsOf(model),
      groups: parts.checker ? model.lvs.virtualServerGroups.map(groupOf) : [],
      statisticsUs: { virtual, real: v.snmp_rs_stats_update_interval ?? virtual },
    },
  };
}
