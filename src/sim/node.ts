/**
 * One router of the simulation: the real `VrrpHost` over simulated ports. Out: what an observer outside can
 * see of it (state, addresses, adverts sent), which is all that the invariants look at.
 */
import type {
  Kernel,
  KernelAddress,
  KernelEvent,
  KernelOp,
  Link,
  LinkOp,
  LinkResult,
  OpResult,
} from '../ports/kernel.ts';
import type { Datagram, Net, VrrpSocket } from '../ports/net.ts';
import type { ScriptResult, Scripts } from '../ports/scripts.ts';
import { fail, ok } from '../result.ts';
import { us } from '../units.ts';
import type { NotifyState, StateName } from '../vrrp/events.ts';
import { VrrpHost } from '../vrrp/host.ts';
import type { step } from '../vrrp/router.ts';
import type { VrrpSetup } from '../vrrp/running.ts';
import { sameAddress } from '../wire/address.ts';
import { AH_LENGTH, PROTOCOL_AH } from '../wire/ah.ts';
import { decodeIpv4 } from '../wire/ip.ts';
import { peekHeader } from '../wire/vrrp.ts';
import { SimBfd } from './bfd.ts';
import { simDigests } from './digests.ts';
import { SimFirewall } from './firewall.ts';
import { SimIpvs } from './ipvs.ts';
import type { Lan } from './lan.ts';
import { Nic } from './nic.ts';
import { SimOwnLinks, SimSysctl } from './own-links.ts';
import { SimRouting } from './routing.ts';
import { SimRules } from './rules.ts';
import { SimFiles, SimProcesses } from './tracked.ts';
import { Process, type World } from './world.ts';

const NOTIFICATION_DELAY_US = 50;
const ENGINE_RESPAWN_US = 3_000;
const TRAIN_US = 150;
const EEXIST = 17;
const ENODEV = 19;
const EADDRNOTAVAIL = 99;

export interface NodeObservation {
  /** Of every instance. */
  readonly states: Map<string, StateName>;
  readonly groupNotified: NotifyState[];
  /** Of the first instance. */
  promotions: number;
  readonly notified: NotifyState[];
  /** Priority and instant of every advert that left. */
  readonly sent: { readonly priority: number; readonly atUs: number }[];
  readonly announced: { readonly atUs: number }[];
}

/** Parts that a test breaks on purpose, to see the invariants notice. */
export interface NodeQuirks {
  readonly stepFn?: typeof step;
  readonly drains?: boolean;
  /** Send rules are carried out by a process of their own. */
  readonly engine?: boolean;
  /** How long the kernel keeps it waiting when it adds addresses. */
  readonly trainUs?: number;
}

type Lans = readonly Lan[];
type OwnAddresses = readonly KernelAddress[];

export class SimNode {
  readonly name: string;
  readonly process: Process;
  readonly routing: SimRouting;
  readonly observed: NodeObservation = {
    states: new Map(),
    groupNotified: [],
    promotions: 0,
    notified: [],
    sent: [],
    announced: [],
  };
  readonly #world: World;
  #setup: VrrpSetup;
  readonly #nics: readonly Nic[];
  readonly #own: OwnAddresses;
  #addresses: readonly KernelAddress[];
  #listener: ((event: KernelEvent) => void) | undefined;
  readonly firewall = new SimFirewall();
  readonly ipvs = new SimIpvs((name) => this.#nics.some(({ link }) => link.name === name));
  readonly ownLinks = new SimOwnLinks((index) => this.#nicOf(index)?.link);
  readonly sysctl = new SimSysctl();
  readonly files = new SimFiles();
  readonly processes = new SimProcesses();
  readonly bfd = new SimBfd();
  scriptResult: ScriptResult = { kind: 'exited', code: 0 };
  readonly #quirks: NodeQuirks;
  readonly #host: VrrpHost;
  readonly engine: SimRules | undefined;

  /** `own`: the address of each interface, in the order of the LANs they are connected to. */
  constructor(
    world: World,
    lans: Lans,
    name: string,
    own: OwnAddresses,
    setup: VrrpSetup,
    quirks: NodeQuirks,
  ) {
    this.name = name;
    this.#quirks = quirks;
    this.#world = world;
    this.#own = own;
    this.#setup = setup;
    this.#addresses = own;
    this.process = new Process(world);
    this.routing = new SimRouting((deliver) =>
      world.at(us(world.nowUs + NOTIFICATION_DELAY_US), () => this.process.wake(deliver)),
    );
    const host = own[0]?.address.at(-1) ?? 0;
    this.#nics = lans.map((lan, number) => new Nic(lan, name, number, host, this.process));
    this.engine = quirks.engine === true ? this.#createRules() : undefined;
    const ports = {
      clock: this.process,
      net: this.#net(),
      kernel: this.#kernel(),
      routing: this.routing,
      firewall: this.firewall,
      ipvs: this.ipvs,
      sysctl: this.sysctl,
      scripts: this.#scripts(),
      files: this.files,
      processes: this.processes,
      bfd: this.bfd,
      digests: simDigests,
      ...(this.engine === undefined ? {} : { rules: this.engine }),
    };
    this.#host = new VrrpHost(ports, this.#outputs(), setup, quirks.stepFn);
  }

  #outputs(): ConstructorParameters<typeof VrrpHost>[1] {
    return {
      log: () => {},
      notify: (_instance, state) => {
        this.observed.notified.push(state);
      },
      notifyLowerPriority: () => {},
      notifyGroup: (_group, state) => {
        this.observed.groupNotified.push(state);
      },
      state: (instance, _from, to) => {
        this.observed.states.set(instance, to);
        if (to === 'MASTER' && instance === this.#setup.instances[0]?.name) this.observed.promotions += 1;
      },
      priority: () => {},
      forwardsIpv6: () => false,
    };
  }

  #createRules(): SimRules {
    return new SimRules(this.#world, this.process, {
      take: ({ addresses }) => {
        for (const spec of addresses) this.#apply({ op: 'addAddress', spec });
      },
      announce: ({ announcements }) => {
        for (const _ of announcements) this.#announced();
      },
      us: us(this.#quirks.trainUs ?? TRAIN_US),
    });
  }

  #net(): Net {
    return {
      openVrrp: (spec, onPacket) => {
        const own = this.ownLinks.all().find(({ index }) => index === spec.ifindex);
        const nic = this.#nicOf(own?.lowerIndex ?? spec.ifindex);
        if (nic === undefined) return fail({ call: 'socket', errno: ENODEV });
        nic.onPacket = onPacket;
        const socket: VrrpSocket = {
          spec,
          fdIn: 10,
          fdOut: 11,
          send: (datagram) => this.#send(nic, datagram),
          drain: () => {
            if (this.#quirks.drains !== false) nic.drain();
          },
          reading: (on) => {
            nic.reader = on ? undefined : (packet) => this.engine?.receive(socket, packet);
          },
          deliver: (packet) => nic.onPacket?.(packet),
          setReceiveBuffer: () => undefined,
          close: () => {
            nic.onPacket = undefined;
            nic.reader = undefined;
          },
        };
        return ok(socket);
      },
      sendFrame: () => this.#announced(),
      sendNeighbourAdvert: () => this.#announced(),
    };
  }

  #announced(): { readonly ok: true; readonly value: undefined } {
    this.observed.announced.push({ atUs: this.#world.nowUs });
    return ok(undefined);
  }

  #send(nic: Nic, datagram: Datagram): { readonly ok: true; readonly value: undefined } {
    const ipv4 = datagram.destination.length === 4 ? decodeIpv4(datagram.bytes) : undefined;
    const payload = ipv4?.payload ?? datagram.bytes;
    const header = peekHeader(payload.subarray(ipv4?.header.protocol === PROTOCOL_AH ? AH_LENGTH : 0));
    if (nic.connected()) {
      this.observed.sent.push({ priority: header?.priority ?? -1, atUs: this.#world.nowUs });
    }
    nic.lan.send(nic, {
      bytes: datagram.bytes,
      source: ipv4?.header.source ?? datagram.source ?? new Uint8Array(16),
      destination: datagram.destination,
      hopLimit: ipv4?.header.ttl ?? datagram.hopLimit ?? 64,
    });
    return ok(undefined);
  }

  #kernel(): Kernel {
    return {
      links: () => this.#links(),
      linkByName: (name) => this.#links().find((link) => link.name === name),
      linkByIndex: (index) => this.#links().find((link) => link.index === index),
      addresses: (ifindex) => this.#addresses.filter((address) => address.ifindex === ifindex),
      apply: (ops) => ops.map((op) => this.#apply(op)),
      subscribe: (listener) => {
        this.#listener = listener;
      },
      changeLinks: (ops) => ops.map((op) => this.#changeLink(op)),
      // Facts of a simulated node are never late.
      reread: () => {},
      drain: () => {},
    };
  }

  #links(): Link[] {
    return [...this.#nics.map(({ link }) => link), ...this.ownLinks.all()];
  }

  #nicOf(index: number): Nic | undefined {
    return this.#nics.find(({ link }) => link.index === index);
  }

  #changeLink(op: LinkOp): LinkResult {
    const name = op.op === 'addLink' ? op.spec.name : op.name;
    const before = this.ownLinks.named(name);
    const result = this.ownLinks.apply(op);
    const link = this.ownLinks.named(name);
    if (link !== undefined) this.#report({ event: 'link', link });
    else if (before !== undefined && result.errno === 0) this.#linkGone(before);
    return result;
  }

  #linkGone(link: Link): void {
    for (const address of this.#addresses.filter(({ ifindex }) => ifindex === link.index)) {
      this.#report({ event: 'addressGone', address });
    }
    this.#addresses = this.#addresses.filter(({ ifindex }) => ifindex !== link.index);
    this.#report({ event: 'linkGone', link });
  }

  /** Somebody types `ip link del` for every VMAC. */
  removeOwnLinks(): void {
    for (const { name } of this.ownLinks.all()) this.#changeLink({ op: 'removeLink', name });
  }

  #apply(op: KernelOp): OpResult {
    const { spec } = op;
    const same = (one: KernelAddress): boolean =>
      one.ifindex === spec.ifindex && sameAddress(one.address, spec.address);
    const held = this.#addresses.some(same);
    if (op.op === 'addAddress') {
      if (held) return { op, errno: EEXIST, text: '', sequence: 0 };
      this.#addresses = [...this.#addresses, spec];
      this.#report({ event: 'address', address: spec });
    } else {
      if (!held) return { op, errno: EADDRNOTAVAIL, text: '', sequence: 0 };
      this.#addresses = this.#addresses.filter((one) => !same(one));
      this.#report({ event: 'addressGone', address: spec });
    }
    return { op, errno: 0, text: '', sequence: 0 };
  }

  #report(event: KernelEvent): void {
    this.#world.at(us(this.#world.nowUs + NOTIFICATION_DELAY_US), () =>
      this.process.wake(() => this.#listener?.(event)),
    );
  }

  #scripts(): Scripts {
    return {
      run: (_spec, done) => {
        this.#world.at(us(this.#world.nowUs + 500), () => this.process.wake(() => done(this.scriptResult)));
        return { terminate: () => {} };
      },
    };
  }

  start(): void {
    this.process.wake(() => {
      this.#host.prepare();
      this.#host.open();
      this.#host.start();
    });
  }

  reload(setup: VrrpSetup): void {
    this.#setup = setup;
    this.process.wake(() => {
      this.#host.retire(setup);
      this.#host.reload(setup);
    });
  }

  /** A clean stop: the process says goodbye and is gone. */
  stop(): void {
    this.process.wake(() => {
      this.#host.stop();
      this.process.kill();
    });
  }

  /** The machine loses power: no goodbye, and its addresses are gone with it. */
  crash(): void {
    this.process.kill();
    this.engine?.die();
    this.#addresses = this.#own;
    this.routing.clear();
    this.firewall.clear();
    this.ipvs.clear();
    this.ownLinks.clear();
    for (const { name } of this.#setup.instances) this.observed.states.set(name, 'STOP');
  }

  /** The engine is killed; the VRRP process hears of its successor. */
  loseEngine(): void {
    this.engine?.die();
    this.#world.at(us(this.#world.nowUs + ENGINE_RESPAWN_US), () =>
      this.process.wake(() => this.engine?.begin()),
    );
  }

  setLink(number: number, up: boolean): void {
    const nic = this.#nics[number];
    if (nic === undefined) return;
    nic.setUp(up);
    this.#report({ event: 'link', link: nic.link });
    for (const link of this.ownLinks.on(nic.link.index)) this.#report({ event: 'link', link });
  }

  /** Whether every instance is in this state. */
  isAll(state: StateName): boolean {
    return this.#setup.instances.every(({ name }) => this.observed.states.get(name) === state);
  }

  isAny(state: StateName): boolean {
    return this.#setup.instances.some(({ name }) => this.observed.states.get(name) === state);
  }

  showStates(): string {
    return [...this.observed.states].map(([name, state]) => `${name} ${state}`).join(', ');
  }

  /** Somebody types `ip address del`. */
  removeVip(): void {
    for (const address of this.#addresses.filter((candidate) => this.#isVip(candidate))) {
      this.#addresses = this.#addresses.filter((candidate) => candidate !== address);
      this.#report({ event: 'addressGone', address });
    }
  }

  addressesOn(ifindex: number): string[] {
    return this.#addresses.flatMap((one) => (one.ifindex === ifindex ? one.address.join() : []));
  }

  #isVip({ address }: KernelAddress): boolean {
    return this.#setup.instances.some(({ vips }) => vips.some((vip) => sameAddress(vip.address, address)));
  }

  hasVips(): boolean {
    return this.#held().every((held) => held);
  }

  hasAnyVip(): boolean {
    return this.#held().some((held) => held);
  }

  /** Of each VIP, whether any interface has it. */
  #held(): boolean[] {
    const wanted = this.#setup.instances.flatMap((instance) => instance.vips);
    return wanted.map((vip) => this.#addresses.some((one) => sameAddress(one.address, vip.address)));
  }

  status(): ReturnType<VrrpHost['status']> {
    return this.#host.status();
  }
}
