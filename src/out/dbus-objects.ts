/**
 * The objects that the VRRP process has on D-Bus: one for itself, and one for each instance. In: calls. Out:
 * answers in the words of 2.2.7 (observed, case dbus/instances), and the signals of its changes.
 */
import type { StateName } from '../vrrp/events.ts';
import type { DbusMessage, DbusValue } from '../wire/dbus.ts';

const DAEMON_PATH = '/org/keepalived/Vrrp1/Vrrp';
const INSTANCES_PATH = '/org/keepalived/Vrrp1/Instance';
const DAEMON = 'org.keepalived.Vrrp1.Vrrp';
const INSTANCE = 'org.keepalived.Vrrp1.Instance';
const PROPERTIES = 'org.freedesktop.DBus.Properties';
const INTROSPECTABLE = 'org.freedesktop.DBus.Introspectable';
const PEER = 'org.freedesktop.DBus.Peer';

/** Numbers and names of states, as 2.2.7 gives them. */
const STATES: Readonly<Record<StateName, readonly [number, string]>> = {
  INIT: [0, 'Init'],
  BACKUP: [1, 'Backup'],
  MASTER: [2, 'Master'],
  FAULT: [3, 'Fault'],
  STOP: [98, 'Stop'],
};

export interface DbusInstance {
  readonly name: string;
  readonly path: string;
  readonly state: StateName;
}

export interface DbusActions {
  sendGarp(instance: string): void;
  printData(): void;
  printStats(clear: boolean): void;
  reload(): void;
}

export interface DbusObjects extends DbusActions {
  instances(): readonly DbusInstance[];
  /** 32 hexadecimal digits. */
  machineId(): string;
}

/** What an answer has beyond its address. */
export type DbusAnswer =
  | { readonly signature?: string; readonly body?: readonly DbusValue[] }
  | { readonly errorName: string; readonly text: string };

export type DbusSignal = Pick<DbusMessage, 'path' | 'interface' | 'member' | 'signature' | 'body'>;

export interface PathOf {
  /** Or what stands for it. */
  readonly interface: string;
  readonly virtualRouterId: number;
  readonly family: 4 | 6;
}

/** Of an instance; an element of a path has letters, digits and underscores only. */
export function instancePath({ interface: link, virtualRouterId, family }: PathOf): string {
  return `${INSTANCES_PATH}/${link.replace(/\W/g, '_')}/${virtualRouterId}/IPv${family}`;
}

export const daemonSignal = (member: 'VrrpStarted' | 'VrrpReloaded' | 'VrrpStopped'): DbusSignal => ({
  path: DAEMON_PATH,
  interface: DAEMON,
  member,
});

export const stateSignal = (path: string, state: StateName): DbusSignal => ({
  path,
  interface: INSTANCE,
  member: 'VrrpStatusChange',
  signature: 'u',
  body: [STATES[state][0]],
});

const refuse = (error: string, text: string): DbusAnswer => ({
  errorName: `org.freedesktop.DBus.Error.${error}`,
  text,
});

type Method = () => DbusAnswer;

/** Answers one call; whoever it comes from has been let through by the bus. */
export class DbusTree {
  readonly #objects: DbusObjects;

  constructor(objects: DbusObjects) {
    this.#objects = objects;
  }

  answer(call: DbusMessage): DbusAnswer {
    const { path = '/', member = '', interface: wanted } = call;
    const instance = this.#objects.instances().find((one) => one.path === path);
    const offered = this.#interfaces(path, instance, call);
    // Without an interface the first that has such a method counts.
    const methods =
      wanted === undefined ? Object.values(offered).find((some) => member in some) : offered[wanted];
    const found = methods?.[member];
    if (found !== undefined) return found();
    if (methods !== undefined || wanted === undefined) {
      return refuse('UnknownMethod', `No such method “${member}”`);
    }
    if (instance === undefined && path !== DAEMON_PATH) {
      return refuse('UnknownMethod', `Object does not exist at path “${path}”`);
    }
    return refuse('UnknownMethod', `No such interface “${wanted}” on object at path ${path}`);
  }

  #interfaces(
    path: string,
    instance: DbusInstance | undefined,
    call: DbusMessage,
  ): Readonly<Record<string, Readonly<Record<string, Method>>>> {
    const own = this.#own(path, instance);
    const anywhere = {
      [INTROSPECTABLE]: { Introspect: () => text(this.#introspect(path, instance)) },
      [PEER]: { Ping: () => ({}), GetMachineId: () => text(this.#objects.machineId()) },
    };
    if (own === undefined) return anywhere;
    return { ...anywhere, ...own, [PROPERTIES]: properties(path, instance, call) };
  }

  #own(path: string, instance: DbusInstance | undefined): Record<string, Record<string, Method>> | undefined {
    const objects = this.#objects;
    const done = (act: () => void) => () => {
      act();
      return {};
    };
    if (instance !== undefined)
      return { [INSTANCE]: { SendGarp: done(() => objects.sendGarp(instance.name)) } };
    if (path !== DAEMON_PATH) return undefined;
    return {
      [DAEMON]: {
        PrintData: done(() => objects.printData()),
        PrintStats: done(() => objects.printStats(false)),
        PrintStatsClear: done(() => objects.printStats(true)),
        ReloadConfig: done(() => objects.reload()),
      },
    };
  }

  #introspect(path: string, instance: DbusInstance | undefined): string {
    const below = path === '/' ? path : `${path}/`;
    const paths = [DAEMON_PATH, ...this.#objects.instances().map((one) => one.path)];
    const children = paths
      .filter((one) => one.startsWith(below))
      .map((one) => one.slice(below.length).split('/')[0]);
    const shown = instance !== undefined ? INSTANCE_XML : path === DAEMON_PATH ? DAEMON_XML : '';
    const nodes = [...new Set(children)].map((name) => `  <node name="${name}"/>\n`);
    return `${XML_HEAD}<node>\n${shown}${nodes.join('')}</node>\n`;
  }
}

const text = (value: string): DbusAnswer => ({ signature: 's', body: [value] });

/** Name is a structure of one text in 2.2.7, against its own description of it. */
const valuesOf = ({ name, state }: DbusInstance) => ({
  Name: { signature: '(s)', value: [name] },
  State: { signature: '(us)', value: STATES[state] },
});

function properties(
  path: string,
  instance: DbusInstance | undefined,
  { signature, body = [] }: DbusMessage,
): Readonly<Record<string, Method>> {
  const [asked, property] = body;
  const known = path === DAEMON_PATH ? DAEMON : INSTANCE;
  const values: Readonly<Record<string, DbusValue>> = instance === undefined ? {} : valuesOf(instance);
  const checked = (wanted: string, then: Method): Method => {
    if (signature !== wanted) return () => refuse('InvalidArgs', `Type of message is not “(${wanted})”`);
    return asked === known ? then : () => refuse('InvalidArgs', `No such interface “${String(asked)}”`);
  };
  const named = (then: (value: DbusValue) => DbusAnswer): Method => {
    const value = values[String(property)];
    if (value === undefined) return () => refuse('InvalidArgs', `No such property “${String(property)}”`);
    return () => then(value);
  };
  return {
    Get: checked(
      'ss',
      named((value) => ({ signature: 'v', body: [value] })),
    ),
    GetAll: checked('s', () => ({ signature: 'a{sv}', body: [Object.entries(values)] })),
    Set: checked(
      'ssv',
      named(() => refuse('InvalidArgs', `Property “${String(property)}” is not writable`)),
    ),
  };
}

const XML_HEAD = `<!DOCTYPE node PUBLIC "-//freedesktop//DTD D-BUS Object Introspection 1.0//EN"
                      "http://www.freedesktop.org/standards/dbus/1.0/introspect.dtd">
`;

const argument = (type: string, name: string, direction?: 'in' | 'out'): string =>
  `      <arg type="${type}" name="${name}"${direction === undefined ? '' : ` direction="${direction}"`}/>\n`;
const member =
  (kind: 'method' | 'signal') =>
  (name: string, ...lines: string[]): string =>
    lines.length === 0
      ? `    <${kind} name="${name}"/>\n`
      : `    <${kind} name="${name}">\n${lines.join('')}    </${kind}>\n`;
const method = member('method');
const signal = member('signal');
const property = (name: string, type: string): string =>
  `    <property type="${type}" name="${name}" access="read"/>\n`;
const described = (name: string, ...lines: string[]): string =>
  `  <interface name="${name}">\n${lines.join('')}  </interface>\n`;

/** What every object has (D-Bus Specification, "Standard Interfaces"). */
const STANDARD_XML = [
  described(
    PROPERTIES,
    method(
      'Get',
      argument('s', 'interface_name', 'in'),
      argument('s', 'property_name', 'in'),
      argument('v', 'value', 'out'),
    ),
    method('GetAll', argument('s', 'interface_name', 'in'), argument('a{sv}', 'properties', 'out')),
    method(
      'Set',
      argument('s', 'interface_name', 'in'),
      argument('s', 'property_name', 'in'),
      argument('v', 'value', 'in'),
    ),
    signal(
      'PropertiesChanged',
      argument('s', 'interface_name'),
      argument('a{sv}', 'changed_properties'),
      argument('as', 'invalidated_properties'),
    ),
  ),
  described(INTROSPECTABLE, method('Introspect', argument('s', 'xml_data', 'out'))),
  described(PEER, method('Ping'), method('GetMachineId', argument('s', 'machine_uuid', 'out'))),
].join('');

const DAEMON_XML =
  STANDARD_XML +
  described(
    DAEMON,
    ...['PrintData', 'PrintStats', 'PrintStatsClear', 'ReloadConfig'].map((name) => method(name)),
    ...['VrrpStarted', 'VrrpReloaded', 'VrrpStopped'].map((name) => signal(name)),
  );

const INSTANCE_XML =
  STANDARD_XML +
  described(
    INSTANCE,
    method('SendGarp'),
    signal('VrrpStatusChange', argument('u', 'status')),
    property('Name', 's'),
    property('State', '(us)'),
  );
