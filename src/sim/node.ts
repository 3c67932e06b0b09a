/**
 * One router of the simulation: the real `VrrpHost` over simulated ports. Out: what an observer outside can
 * see of it (state, addresses, adverts sent), which is all that the invariants look at.
 */
import type { Kernel, KernelAddress, KernelEvent, KernelOp, Link, OpResult } from '../ports/kernel.ts';
import type { Datagram, Net, Received, VrrpSocket } from '../ports/net.ts';
import type { ScriptResult, Scripts } from '../ports/scripts.ts';
import { ok } from '../result.ts';
import { us } from '../units.ts';
import type { NotifyState, StateName } from '../vrrp/events.ts';
import { VrrpHost, type VrrpSetup } from '../vrrp/host.ts';
import type { step } from '../vrrp/router.ts';
import { sameAddress } from '../wire/address.ts';
import { decodeIpv4 } from '../wire/ip.ts';
import { peekHeader } from '../wire/vrrp.ts';
import type { Lan, Port } from './lan.ts';
import { Process, type World } from './world.ts';

const NOTIFICATION_DELAY_US = 50;
const EEXIST = 17;
const EADDRNOTAVAIL = 99;

export interface NodeObservation {
  state: StateName;
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
}

export class SimNode implements Port {
  readonly name: string;
  readonly process: Process;
  readonly observed: NodeObservation = {
    state: 'INIT',
    promotions: 0,
    notified: [],
    sent: [],
    announced: [],
  };
  readonly #world: World;
  readonly #lan: Lan;
  readonly #setup: VrrpSetup;
  readonly #own: KernelAddress;
  #link: Link;
  #addresses: KernelAddress[];
  #listener: ((event: KernelEvent) => void) | undefined;
  #onPacket: ((packet: Received) => void) | undefined;
  #queue: Received[] = [];
  scriptResult: ScriptResult = { kind: 'exited', code: 0 };
  readonly #quirks: NodeQuirks;
  readonly #host: VrrpHost;

  constructor(
    world: World,
    lan: Lan,
    name: string,
    own: KernelAddress,
    setup: VrrpSetup,
    quirks: NodeQuirks,
  ) {
    this.name = name;
    this.#quirks = quirks;
    this.#world = world;
    this.#lan = lan;
    this.#own = own;
    this.#setup = setup;
    this.#addresses = [own];
    this.process = new Process(world);
    this.#link = {
      index: 2,
      name: 'eth0',
      up: true,
      flags: 0x1043,
      loopback: false,
      multicast: true,
      mtu: 1500,
      mac: new Uint8Array([2, 0, 0, 0, 0, own.address.at(-1) ?? 0]),
      type: 1,
      kind: 'veth',
      lowerIndex: 0,
      masterIndex: 0,
    };
    lan.attach(this);
    const ports = { clock: this.process, net: this.#net(), kernel: this.#kernel(), scripts: this.#scripts() };
    this.#host = new VrrpHost(ports, this.#outputs(), setup, quirks.stepFn);
  }

  #outputs(): ConstructorParameters<typeof VrrpHost>[1] {
    return {
      log: () => {},
      notify: (_instance, state) => {
        this.observed.notified.push(state);
      },
      notifyLowerPriority: () => {},
      state: (_instance, _from, to) => {
        this.observed.state = to;
        if (to === 'MASTER') this.observed.promotions += 1;
      },
      priority: () => {},
      forwardsIpv6: () => false,
    };
  }

  #net(): Net {
    return {
      openVrrp: (spec, onPacket) => {
        this.#onPacket = onPacket;
        const socket: VrrpSocket = {
          spec,
          fdIn: 10,
          fdOut: 11,
          send: (datagram) => this.#send(datagram),
          drain: () => {
            if (this.#quirks.drains !== false) this.#drain();
          },
          close: () => {
            this.#onPacket = undefined;
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

  #send(datagram: Datagram): { readonly ok: true; readonly value: undefined } {
    const ipv4 = datagram.destination.length === 4 ? decodeIpv4(datagram.bytes) : undefined;
    const header = peekHeader(ipv4?.payload ?? datagram.bytes);
    if (this.connected()) {
      this.observed.sent.push({ priority: header?.priority ?? -1, atUs: this.#world.nowUs });
    }
    this.#lan.send(this, {
      bytes: datagram.bytes,
      source: ipv4?.header.source ?? datagram.source ?? new Uint8Array(16),
      destination: datagram.destination,
      hopLimit: ipv4?.header.ttl ?? datagram.hopLimit ?? 64,
    });
    return ok(undefined);
  }

  /** The socket buffer fills whether or not the process runs; reading happens when it does. */
  deliver(packet: Received): void {
    if (!this.process.alive) return;
    this.#queue.push(packet);
    this.process.wake(() => this.#drain());
  }

  #drain(): void {
    for (let packet = this.#queue.shift(); packet !== undefined; packet = this.#queue.shift()) {
      this.#onPacket?.({ ...packet, atUs: this.process.now() });
    }
  }

  connected(): boolean {
    return this.#link.up;
  }

  #kernel(): Kernel {
    return {
      links: () => [this.#link],
      linkByName: (name) => (name === this.#link.name ? this.#link : undefined),
      linkByIndex: (index) => (index === this.#link.index ? this.#link : undefined),
      addresses: () => this.#addresses,
      apply: (ops) => ops.map((op) => this.#apply(op)),
      subscribe: (listener) => {
        this.#listener = listener;
      },
      drain: () => {},
    };
  }

  #apply(op: KernelOp): OpResult {
    const { spec } = op;
    const held = this.#addresses.some((address) => sameAddress(address.address, spec.address));
    if (op.op === 'addAddress') {
      if (held) return { op, errno: EEXIST, text: '', sequence: 0 };
      this.#addresses = [...this.#addresses, spec];
      this.#report({ event: 'address', address: spec });
    } else {
      if (!held) return { op, errno: EADDRNOTAVAIL, text: '', sequence: 0 };
      this.#addresses = this.#addresses.filter((address) => !sameAddress(address.address, spec.address));
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
      this.#host.open();
      this.#host.start();
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
    this.#addresses = [this.#own];
    this.observed.state = 'STOP';
  }

  setLink(up: boolean): void {
    this.#link = { ...this.#link, up };
    this.#report({ event: 'link', link: this.#link });
  }

  /** Somebody types `ip address del`. */
  removeVip(): void {
    for (const address of this.#addresses.filter((candidate) => candidate !== this.#own)) {
      this.#addresses = this.#addresses.filter((candidate) => candidate !== address);
      this.#report({ event: 'addressGone', address });
    }
  }

  hasVips(): boolean {
    const wanted = this.#setup.instances.flatMap((instance) => instance.vips);
    return wanted.every((vip) => this.#addresses.some((a) => sameAddress(a.address, vip.address)));
  }

  hasAnyVip(): boolean {
    return this.#addresses.length > 1;
  }

  status(): ReturnType<VrrpHost['status']> {
    return this.#host.status();
  }
}
