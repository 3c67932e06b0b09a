/** The grammar's model as the checker child runs it. In: model. Out: plain data in the words of the ports. */
import type { Model } from '../../grammar/model.ts';
import type {
  GroupServiceModel,
  GroupServicesModel,
  RealServerModel,
  ServerCommands,
  SorryServerModel,
  VirtualServerModel,
} from '../../grammar/model-lvs.ts';
import type {
  CheckedServer,
  CheckedVirtualServer,
  EventCommands,
  VirtualServerText,
} from '../health/config.ts';
import type { CheckerChildConfig, TlsFiles } from '../ipc/messages.ts';
import type { IpvsGlobals, PoolServer, ServiceGroup } from '../lvs/config.ts';
import type {
  IpvsForwarding,
  IpvsPersistence,
  IpvsProtocol,
  IpvsService,
  IpvsServiceId,
  IpvsTunnel,
  IpvsTunnelChecksum,
} from '../ports/ipvs.ts';
import { formatAddress } from '../wire/address.ts';
import { checkOf } from './check-setup.ts';
import { dumpNaming } from './dump-files.ts';
import { globalLines } from './dump-globals.ts';
import { KnownServers } from './known-servers.ts';
import { mailSetup, outletSetup } from './notify-setup.ts';
import { processOf } from './process-setup.ts';
import { scriptOf } from './script-setup.ts';
import { trackedFile } from './setup.ts';
import { checkersSyncDaemon } from './sync-daemon-setup.ts';

type Method = RealServerModel['method'];
type Tunnel = NonNullable<Method['tunnel']>;

const FORWARDING: Readonly<Record<Method['forwarding'], IpvsForwarding>> = {
  NAT: 'masquerade',
  DR: 'route',
  TUN: 'tunnel',
};
const CHECKSUM: Readonly<Record<Tunnel['checksum'], IpvsTunnelChecksum>> = {
  nocsum: 'none',
  csum: 'plain',
  remcsum: 'remote',
};

function tunnelOf(tunnel: Tunnel | undefined): { readonly tunnel?: IpvsTunnel } {
  if (tunnel === undefined || tunnel.type === 'ipip') return {};
  const checksum = CHECKSUM[tunnel.checksum];
  if (tunnel.type === 'gre') return { tunnel: { type: 'gre', checksum } };
  return { tunnel: { type: 'gue', port: tunnel.port ?? 0, checksum } };
}

const forwardingOf = ({ forwarding, tunnel }: Method) => ({
  forwarding: FORWARDING[forwarding],
  ...tunnelOf(tunnel),
});

/** A fwmark has no protocol, and whatever it is called does not reach the kernel. */
const protocolOf = ({ protocol }: VirtualServerModel): IpvsProtocol =>
  (protocol?.toLowerCase() ?? 'udp') as IpvsProtocol;

/** Those of a group are persistent by whole addresses, whatever the mask (seen with 2.2.7 and 2.3.3). */
function prefixLengthOf({ values, family, service }: VirtualServerModel): number {
  const granularity = values.persistence_granularity;
  if (granularity === undefined || service.kind === 'group') return family === 4 ? 32 : 128;
  if (granularity.family === 6) return granularity.mask;
  return granularity.mask.toString(2).replaceAll('0', '').length;
}

function persistenceOf(server: VirtualServerModel): { readonly persistence?: IpvsPersistence } {
  const { persistenceTimeout, values } = server;
  if (persistenceTimeout === undefined) return {};
  const engine = values.persistence_engine;
  return {
    persistence: {
      timeoutSeconds: persistenceTimeout,
      prefixLength: prefixLengthOf(server),
      ...(engine === undefined ? {} : { engine }),
    },
  };
}

/** Addresses of a range differ in their last byte, or the last two of IPv6. */
function addressesOf(first: Uint8Array, last: Uint8Array): Uint8Array[] {
  const found: Uint8Array[] = [];
  const tail = (bytes: Uint8Array) => ((bytes.at(-2) ?? 0) << 8) | (bytes.at(-1) ?? 0);
  for (let value = tail(first); value <= tail(last); value++) {
    const address = Uint8Array.from(first);
    address.set([value >> 8, value & 0xff], first.length - 2);
    found.push(address);
  }
  return found;
}

function groupIds(service: GroupServiceModel, server: VirtualServerModel): IpvsServiceId[] {
  if (service.kind === 'fwmark') {
    return [{ by: 'mark', family: service.family ?? server.family, mark: service.mark }];
  }
  const { first, last, port } = service;
  const protocol = protocolOf(server);
  return addressesOf(first.bytes, last.bytes).map((address) => {
    return { by: 'address', family: first.family, protocol, address, port };
  });
}

type Group = GroupServicesModel | undefined;
type Groups = ReadonlyMap<string, GroupServicesModel>;

function serviceIds(server: VirtualServerModel, group: Group): IpvsServiceId[] {
  const { service } = server;
  switch (service.kind) {
    case 'fwmark':
      return [{ by: 'mark', family: service.family, mark: service.mark }];
    case 'address': {
      const { address, port } = service;
      if (address === undefined) return [];
      const { family, bytes } = address;
      return [{ by: 'address', family, protocol: protocolOf(server), address: bytes, port }];
    }
    case 'group':
      return (group?.services ?? []).flatMap((one) => groupIds(one, server));
  }
}

function serviceGroup(server: VirtualServerModel, { name, services }: GroupServicesModel): ServiceGroup {
  const protocol = protocolOf(server);
  return {
    name,
    addresses: services.flatMap((one) => {
      if (one.kind !== 'range') return [];
      const [first, last] = [one.first, one.last].map(({ bytes }) => formatAddress(bytes));
      const service = `[${first}]:${protocol}:${one.port}`;
      return [first === last ? service : `${service}-${last}`];
    }),
    marks: services.flatMap((one) => (one.kind === 'fwmark' ? [one.mark] : [])),
  };
}

function services(server: VirtualServerModel, group: Group): IpvsService[] {
  const { scheduler, schedulerFlags, values } = server;
  const common = {
    scheduler,
    schedulerFlags: [...schedulerFlags],
    onePacket: values.ops === true,
    ...persistenceOf(server),
  };
  return serviceIds(server, group).map((id) => ({ id, ...common }));
}

const NO_COMMANDS: EventCommands = {};

function commandsOf(commands: ServerCommands): EventCommands {
  const entries = Object.entries(commands);
  if (entries.length === 0) return NO_COMMANDS;
  return Object.fromEntries(entries.map(([event, command]) => [event, scriptOf(command)]));
}

function realServer(model: RealServerModel, whole: Model): CheckedServer {
  return {
    name: model.name,
    address: model.address.bytes,
    port: model.port,
    ...forwardingOf(model.method),
    weight: model.weight,
    upperThreshold: model.uthreshold,
    lowerThreshold: model.lthreshold,
    inhibit: model.inhibit,
    smtpAlert: model.smtpAlert,
    settings: model.settings,
    ...(model.snmpName === undefined ? {} : { snmpName: model.snmpName }),
    ...(model.virtualhost === undefined ? {} : { virtualhost: model.virtualhost }),
    checks: model.checks.map((check) => checkOf(check, whole)),
    ...(model.lostChecks === undefined ? {} : { lostChecks: model.lostChecks }),
    commands: commandsOf(model.commands),
  };
}

function sorryServer(sorry: SorryServerModel, server: VirtualServerModel): PoolServer {
  const protocol = server.protocol?.toLowerCase() ?? 'none';
  return {
    name: `[${formatAddress(sorry.address.bytes)}]:${protocol}:${sorry.port}`,
    address: sorry.address.bytes,
    port: sorry.port,
    ...forwardingOf(sorry.method),
    weight: 1,
    upperThreshold: 0,
    lowerThreshold: 0,
    inhibit: sorry.inhibit,
  };
}

function headOf({ service, name }: VirtualServerModel): string {
  switch (service.kind) {
    case 'fwmark':
      return `FWMARK = ${service.mark}`;
    case 'group':
      return `GROUP = ${name}`;
    case 'address': {
      const { address, port } = service;
      return `VIP = ${address === undefined ? '' : formatAddress(address.bytes)}, VPORT = ${port}`;
    }
  }
}

function flagNames(scheduler: string): readonly (readonly [name: string, flag: 1 | 2 | 3])[] {
  if (scheduler === 'sh' || scheduler === 'mh') {
    return [
      [`${scheduler}-port`, 2],
      [`${scheduler}-fallback`, 1],
    ];
  }
  return ([1, 2, 3] as const).map((flag) => [`flag-${flag}`, flag]);
}

function granularityText({ values }: VirtualServerModel): string | undefined {
  const granularity = values.persistence_granularity;
  if (granularity === undefined) return undefined;
  if (granularity.family === 6) return String(granularity.mask);
  return [24, 16, 8, 0].map((shift) => (granularity.mask >>> shift) & 0xff).join('.');
}

function virtualServerText(server: VirtualServerModel): VirtualServerText {
  const { scheduler, schedulerFlags, values, service } = server;
  const granularity = granularityText(server);
  return {
    head: headOf(server),
    family: server.family,
    flags: flagNames(scheduler).map(([name, flag]) => [name, schedulerFlags.includes(flag)]),
    protocol: service.kind === 'fwmark' ? 'none' : (server.protocol ?? 'none'),
    inhibit: server.inhibit,
    method: forwardingOf(server.method),
    ...(granularity === undefined ? {} : { granularity }),
    ...(values.snmp_name === undefined ? {} : { snmpName: values.snmp_name }),
  };
}

function virtualServer(server: VirtualServerModel, model: Model, groups: Groups): CheckedVirtualServer {
  const { name, values, sorry, service } = server;
  const group = service.kind === 'group' ? groups.get(service.group) : undefined;
  return {
    name,
    services: services(server, group),
    ...(group === undefined ? {} : { group: serviceGroup(server, group) }),
    quorum: values.quorum,
    hysteresis: values.hysteresis,
    omega: values.omega === true,
    suspends: values.ha_suspend === true && service.kind !== 'fwmark',
    smtpAlert: server.smtpAlert,
    settings: server.settings,
    text: virtualServerText(server),
    commands: commandsOf(server.commands),
    realServers: server.realServers.map((real) => realServer(real, model)),
    ...(sorry === undefined ? {} : { sorry: sorryServer(sorry, server) }),
  };
}

function ipvsGlobals(model: Model): IpvsGlobals {
  const { values } = model.globals;
  const { lvs_flush_on_stop: flushOnStop, lvs_timeouts: timeouts } = values;
  const { tcp, tcpfin, udp } = timeouts ?? {};
  return {
    flush: values.lvs_flush === true,
    ...checkersSyncDaemon(model),
    ...(flushOnStop === undefined ? {} : { flushOnStop }),
    ...(timeouts === undefined
      ? {}
      : {
          timeouts: {
            ...(tcp === undefined ? {} : { tcp }),
            ...(tcpfin === undefined ? {} : { tcpFin: tcpfin }),
            ...(udp === undefined ? {} : { udp }),
          },
        }),
  };
}

/** What FILE_CHECK and BFD_CHECK follow. */
function trackedOf(
  servers: readonly CheckedVirtualServer[],
  { trackFiles }: Model,
): Pick<CheckerChildConfig, 'files' | 'bfds'> {
  const checks = servers.flatMap(({ realServers }) => realServers.flatMap((real) => real.checks));
  const files = new Set(checks.flatMap((check) => (check.type === 'FILE_CHECK' ? [check.file] : [])));
  const bfds = new Set(checks.flatMap((check) => (check.type === 'BFD_CHECK' ? [check.session] : [])));
  return { files: trackFiles.filter(({ name }) => files.has(name)).map(trackedFile), bfds: [...bfds] };
}

const groupText = ({ name, services }: GroupServicesModel): CheckerChildConfig['dump']['groups'][number] => ({
  name,
  services: services.map((service) => {
    if (service.kind === 'fwmark') return { kind: 'mark', text: `FWMARK = ${service.mark}` };
    const { first, last, port } = service;
    const [from, to] = [first, last].map(({ bytes }) => formatAddress(bytes));
    const range = from === to ? `VIP = ${from}` : `VIP Range = ${from}-${to}`;
    return { kind: first.family, text: `${range}, VPORT = ${port}` };
  }),
});

function trackFilesText({ trackFiles }: Model): CheckerChildConfig['dump']['files'] {
  return Object.fromEntries(trackFiles.map(({ name, weight, reverse }) => [name, { weight, reverse }]));
}

function tlsFiles({ lvs: { ssl } }: Model): TlsFiles {
  const { ca, certificate, key, password } = ssl ?? {};
  return {
    ...(ca === undefined ? {} : { ca }),
    ...(certificate === undefined ? {} : { certificate }),
    ...(key === undefined ? {} : { key }),
    ...(password === undefined ? {} : { password }),
  };
}

export function checkerChildConfig(
  model: Model,
  { releaseIpvs, umask }: { readonly releaseIpvs: boolean; readonly umask?: number | undefined },
  known = new KnownServers(),
): CheckerChildConfig {
  const { values } = model.globals;
  const groups = new Map(model.lvs.virtualServerGroups.map((group) => [group.name, group]));
  const virtualServers = known.of(model.lvs, (entry) => virtualServer(entry.model, model, groups));
  return {
    virtualServers,
    ipvs: ipvsGlobals(model),
    outlets: outletSetup(model, 'lvs'),
    ...mailSetup(model),
    quietCheckers: values.no_checker_emails === true,
    tellsBeginnings: values.rs_init_notifies === true,
    ...trackedOf(virtualServers, model),
    tls: tlsFiles(model),
    dump: {
      globals: globalLines(model, 'other'),
      naming: dumpNaming(model),
      groups: model.lvs.virtualServerGroups.map(groupText),
      files: trackFilesText(model),
    },
    releaseIpvs,
    process: processOf('checker', values, umask),
  };
}
