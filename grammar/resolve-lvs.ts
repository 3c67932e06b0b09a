/** Checker drafts -> model. Made when somebody asks: a check of the file alone has no need of it. */
import type { Family, Us } from '../src/units.ts';
import { type BlockText, blockText, textOutside } from './block-text.ts';
import { familyOf, hostAddress } from './codecs/host.ts';
import { spanOf } from './cst.ts';
import type { ScriptCommand, Session } from './drafts.ts';
import { sslContextRows } from './keywords/ssl.ts';
import { DEFAULTS } from './keywords/timers.ts';
import { virtualServerRows } from './keywords/virtual-server.ts';
import type { GroupDraft, Method, RealServerDraft, Service, VirtualServerDraft } from './lvs-drafts.ts';
import { type CheckerDraft, checkersOf } from './lvs-drafts.ts';
import { methodOf, realMethodOf, realServerName, serverName } from './lvs-names.ts';
import type * as model from './model-lvs.ts';
import { type Inherited, resolveCheck, Timings } from './resolve-checks.ts';
import { withDefaults } from './resolve-values.ts';
import type { Statements } from './statements.ts';

type Bag = Readonly<Record<string, unknown>>;

const NOTHING: Bag = {};
const NAT: Method = { forwarding: 'NAT' };

export function resolveLvs(session: Session, statements: Statements): model.LvsModel {
  const { lvs } = session;
  const { ssl } = lvs;
  const entries = lvs.virtualServers.map((server) => new Entry(server, session, statements));
  return {
    mentioned: lvs.mentioned,
    entries,
    get outside() {
      return textOutside(
        statements,
        entries.flatMap(({ statement }) => statement ?? []),
      );
    },
    get virtualServers() {
      return entries.map((entry) => entry.model);
    },
    virtualServerGroups: [...lvs.groups.values()].map(resolveGroup),
    ...(ssl ? { ssl: withDefaults(sslContextRows, ssl.values) as model.SslValues } : {}),
  };
}

class Entry implements model.ServerEntry {
  readonly #server: VirtualServerDraft;
  readonly #session: Session;
  readonly text?: BlockText;
  #model: model.VirtualServerModel | undefined;

  constructor(server: VirtualServerDraft, session: Session, statements: Statements) {
    this.#server = server;
    this.#session = session;
    const text = server.statement === undefined ? undefined : blockText(statements, server.statement);
    if (text !== undefined) this.text = text;
  }

  get name(): string {
    return serverName(this.#server);
  }

  /** Of the block, when there is a text. */
  get statement(): number | undefined {
    return this.text === undefined ? undefined : this.#server.statement;
  }

  get model(): model.VirtualServerModel {
    this.#model ??= resolveServer(this.#server, this.#session);
    return this.#model;
  }
}

function resolveGroup({ name, line, entries }: GroupDraft): model.GroupServicesModel {
  const services = entries.map((entry): model.GroupServiceModel => {
    if (entry.kind === 'range') {
      const { first, last, port } = entry;
      return { kind: 'range', first: hostAddress(first), last: hostAddress(last), port };
    }
    const { mark, family } = entry;
    return family === undefined ? { kind: 'fwmark', mark } : { kind: 'fwmark', mark, family };
  });
  return { name, span: spanOf(line.place), services };
}

function resolveService(
  service: Service,
  family: Family,
  protocol: model.VirtualServerValues['protocol'],
): model.VirtualServerModel['service'] {
  switch (service.kind) {
    case 'fwmark':
      return { kind: 'fwmark', mark: service.mark, family };
    case 'group':
      return service;
    case 'address': {
      const { host, port } = service;
      const address = host === undefined ? {} : { address: hostAddress(host) };
      return { kind: 'address', ...address, port, protocol: protocol ?? 'UDP' };
    }
  }
}

/** Commands that can be run, by what they are for. */
function commands(given: Bag, events: readonly model.ServerEvent[]): model.ServerCommands {
  const found: Partial<Record<model.ServerEvent, { argv: readonly string[]; uid: number; gid: number }>> = {};
  for (const event of events) {
    const command = given[event] as ScriptCommand | undefined;
    if (!command || command.disabled || command.argv.length === 0) continue;
    found[event] = { argv: command.argv, uid: command.uid, gid: command.gid };
  }
  return found;
}

const SCHEDULER_FLAGS: readonly (readonly [keyword: string, flag: 1 | 2 | 3])[] = [
  ['flag-1', 1],
  ['flag-2', 2],
  ['flag-3', 3],
  ['sh-fallback', 1],
  ['sh-port', 2],
  ['mh-fallback', 1],
  ['mh-port', 2],
];

/** A mark whose servers are all behind tunnels is IPv6 if every one of them is (seen with 2.2.7). */
const familyBehindTunnels = ({ realServers }: VirtualServerDraft): Family =>
  realServers.length > 0 && realServers.every(({ host }) => familyOf(host) === 6) ? 6 : 4;

function resolveServer(server: VirtualServerDraft, session: Session): model.VirtualServerModel {
  const given = server.given ?? NOTHING;
  const values = withDefaults(virtualServerRows, given) as model.VirtualServerValues;
  const { protocol, persistence_timeout: persistenceTimeout } = values;
  const family = server.family ?? familyBehindTunnels(server);
  const sorry = resolveSorry(server);
  const alert = globalAlert(session);
  const settings = settingsOf(given, NOTHING);
  const timings = new Timings();
  return {
    name: serverName(server),
    service: resolveService(server.service, family, protocol),
    family,
    values,
    scheduler: values.lb_algo ?? 'wlc',
    schedulerFlags: flagsOf(given),
    smtpAlert: (given.smtp_alert as boolean | undefined) ?? alert ?? false,
    commands: commands(given, ['quorum_up', 'quorum_down']),
    settings,
    inhibit: given.inhibit_on_failure === true,
    method: methodOf(server) ?? NAT,
    realServers: server.realServers.map((real) => resolveReal(real, { given, settings, timings }, session)),
    ...(protocol === undefined ? {} : { protocol }),
    ...(persistenceTimeout === undefined ? {} : { persistenceTimeout }),
    ...(sorry === undefined ? {} : { sorry }),
  };
}

function flagsOf(given: Bag): (1 | 2 | 3)[] {
  const flags = new Set<1 | 2 | 3>();
  for (const [keyword, flag] of SCHEDULER_FLAGS) if (given[keyword] === true) flags.add(flag);
  return [...flags].sort();
}

function resolveSorry(server: VirtualServerDraft): model.SorryServerModel | undefined {
  const { sorry, service } = server;
  if (!sorry) return undefined;
  return {
    address: hostAddress(sorry.host),
    port: portOf(sorry.port, service),
    method: sorry.method ?? methodOf(server) ?? NAT,
    inhibit: sorry.inhibit,
  };
}

const portOf = (port: number, service: Service): number =>
  port === 0 && service.kind === 'address' ? service.port : port;

const globalAlert = ({ globals: { values } }: Session): boolean | undefined =>
  (values.smtp_alert_checker ?? values.smtp_alert) as boolean | undefined;

const SETTINGS = [
  'alpha',
  'connect_timeout',
  'delay_loop',
  'retry',
  'delay_before_retry',
  'warmup',
  'virtualhost',
] as const;

function settingsOf(given: Bag, above: Bag): model.ServerSettings {
  const [alpha, connect, loop, retry, before, warmup, virtualhost] = SETTINGS.map(
    (keyword) => given[keyword] ?? above[keyword],
  );
  return {
    alpha: alpha === true,
    connectTimeoutUs: (connect as Us | undefined) ?? DEFAULTS.connect_timeout,
    delayLoopUs: (loop as Us | undefined) ?? DEFAULTS.delay_loop,
    ...(retry === undefined ? {} : { retry: retry as number }),
    ...(before === undefined ? {} : { delayBeforeRetryUs: before as Us }),
    ...(warmup === undefined ? {} : { warmupUs: warmup as Us }),
    ...(virtualhost === undefined ? {} : { virtualhost: virtualhost as string }),
  };
}

/** What has to succeed once, and never will. */
const countLost = (checks: readonly CheckerDraft[], disabled: ReadonlySet<CheckerDraft>, alpha: boolean) =>
  checks.filter((check) => disabled.has(check) && ((check.values.alpha as boolean | undefined) ?? alpha))
    .length;

/** What a virtual server has for all of its real servers. */
interface Above {
  readonly given: Bag;
  readonly settings: model.ServerSettings;
  readonly timings: Timings;
}

function resolveReal(
  real: RealServerDraft,
  { given: above, settings: shared, timings }: Above,
  session: Session,
): model.RealServerModel {
  const given = real.given ?? NOTHING;
  const pick = <T>(keyword: string, fallback: T): T => (given[keyword] ?? above[keyword] ?? fallback) as T;
  const alpha = pick('alpha', false);
  const address = hostAddress(real.host);
  const inherited: Inherited = {
    given,
    above,
    alpha,
    address,
    port: portOf(real.port, real.server.service),
    logAllFailures: session.globals.values.checker_log_all_failures === true,
    timings,
  };
  const { disabled } = session.lvs;
  const all = checkersOf(real);
  const checks = disabled.size === 0 ? all : all.filter((check) => !disabled.has(check));
  const lost = checks.length === all.length ? 0 : countLost(all, disabled, alpha);
  return {
    name: realServerName(real),
    address,
    port: inherited.port,
    weight: pick('weight', 1),
    method: realMethodOf(real) ?? NAT,
    uthreshold: (given.uthreshold as number | undefined) ?? 0,
    lthreshold: (given.lthreshold as number | undefined) ?? 0,
    inhibit: pick('inhibit_on_failure', false),
    alpha,
    settings: SETTINGS.some((keyword) => given[keyword] !== undefined) ? settingsOf(given, above) : shared,
    // Upstream has always sent mail about real servers unless told not to.
    smtpAlert: (given.smtp_alert as boolean | undefined) ?? globalAlert(session) ?? true,
    commands: commands(given, ['notify_up', 'notify_down']),
    checks: checks.flatMap((check) => resolveCheck(check, inherited)),
    ...(lost === 0 ? {} : { lostChecks: lost }),
    ...(given.snmp_name === undefined ? {} : { snmpName: given.snmp_name as string }),
    ...(given.virtualhost === undefined ? {} : { virtualhost: given.virtualhost as string }),
  };
}
