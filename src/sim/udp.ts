/** The Udp port on a simulated LAN: one host with one address. */
import type { Udp, UdpDatagram } from '../ports/udp.ts';
import { fail, ok } from '../result.ts';
import type { Us } from '../units.ts';
import { sameAddress } from '../wire/address.ts';
import type { Lan, Port } from './lan.ts';
import type { Random } from './random.ts';
import type { Process } from './world.ts';

/** A datagram on its way. */
export interface SimDatagram extends Omit<UdpDatagram, 'atUs'> {
  readonly destinationPort: number;
}

const EADDRINUSE = 98;
const EADDRNOTAVAIL = 99;

export class SimUdp implements Udp {
  readonly #lan: Lan<SimDatagram>;
  readonly #port: Port<SimDatagram>;
  readonly #address: Uint8Array;
  readonly #random: Random;
  readonly #listeners = new Map<number, (datagram: UdpDatagram) => void>();
  /** Everything sent, with its time. */
  readonly sent: (SimDatagram & { readonly atUs: number })[] = [];
  readonly #owner: Process;
  /** In the socket's buffer, of a process that is held up. */
  #waiting: (SimDatagram & { readonly atUs: Us })[] = [];

  constructor(lan: Lan<SimDatagram>, owner: Process, address: Uint8Array, random: Random) {
    this.#lan = lan;
    this.#owner = owner;
    this.#address = address;
    this.#random = random;
    this.#port = {
      name: address.join('.'),
      connected: () => owner.alive,
      deliver: (datagram) => {
        if (!sameAddress(datagram.destination, address)) return;
        this.#waiting.push(datagram);
        owner.wake(() => this.#drain());
      },
    };
    lan.attach(this.#port);
  }

  listen: Udp['listen'] = (_family, port, take) => {
    if (this.#listeners.has(port)) return fail({ call: 'bind', errno: EADDRINUSE });
    this.#listeners.set(port, take);
    return ok({
      drain: () => this.#drain(),
      close: () => {
        this.#listeners.delete(port);
      },
    });
  };

  #drain(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const datagram of waiting) this.#listeners.get(datagram.destinationPort)?.(datagram);
  }

  openSender: Udp['openSender'] = ({ source = this.#address, hopLimit, ports }) => {
    if (!sameAddress(source, this.#address)) return fail({ call: 'bind', errno: EADDRNOTAVAIL });
    const sourcePort = this.#random.int(ports[0], ports[1]);
    return ok({
      send: (bytes, destination, destinationPort) => {
        const datagram = { bytes, source, sourcePort, destination, destinationPort, hopLimit };
        this.sent.push({ ...datagram, atUs: this.#owner.now() });
        this.#lan.send(this.#port, datagram);
        return ok(undefined);
      },
      close: () => undefined,
    });
  };
}
