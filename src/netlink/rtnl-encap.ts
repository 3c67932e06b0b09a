/** Lightweight tunnels of routes and next hops (<linux/lwtunnel.h>). In: what to wrap in. Out: attributes. */
import type { Encapsulation } from '../ports/routing.ts';
import { assertNever } from '../units.ts';
import { attribute, nested } from './message.ts';
import * as rt from './route-constants.ts';

type Tunnel = Extract<Encapsulation, { kind: 'ip' | 'ip6' }>;

const labelShift = 12;
const bottomOfStack = 0x100;

/** 64 bits in network order, as tunnel keys and locators are. */
export function be64(value: bigint): Uint8Array {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, value);
  return bytes;
}

function be16(value: number): Uint8Array {
  return Uint8Array.of(value >> 8, value & 0xff);
}

/** The label stack of RFC 3032: 20 bits of label, and a mark on the last one. */
function labelStack(labels: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(4 * labels.length);
  const view = new DataView(bytes.buffer);
  labels.forEach((label, index) => {
    const last = index === labels.length - 1 ? bottomOfStack : 0;
    view.setUint32(4 * index, ((label << labelShift) | last) >>> 0);
  });
  return bytes;
}

const typeNumbers: Readonly<Record<Encapsulation['kind'], number>> = {
  mpls: rt.LWTUNNEL_ENCAP_MPLS,
  ip: rt.LWTUNNEL_ENCAP_IP,
  ila: rt.LWTUNNEL_ENCAP_ILA,
  ip6: rt.LWTUNNEL_ENCAP_IP6,
};

/** Both families use the same numbers in the same order; only the names of the header fields differ. */
function tunnelAttributes(tunnel: Tunnel): Uint8Array[] {
  const { id, destination, source, hopLimit, tos, flags } = tunnel;
  return [
    ...(id === undefined ? [] : [attribute(rt.LWTUNNEL_IP_ID, be64(id))]),
    ...(destination === undefined ? [] : [attribute(rt.LWTUNNEL_IP_DST, destination)]),
    ...(source === undefined ? [] : [attribute(rt.LWTUNNEL_IP_SRC, source)]),
    ...(hopLimit === undefined ? [] : [attribute(rt.LWTUNNEL_IP_TTL, Uint8Array.of(hopLimit))]),
    ...(tos === undefined ? [] : [attribute(rt.LWTUNNEL_IP_TOS, Uint8Array.of(tos))]),
    ...(flags === undefined ? [] : [attribute(rt.LWTUNNEL_IP_FLAGS, be16(flags))]),
  ];
}

function inner(encapsulation: Encapsulation): Uint8Array[] {
  switch (encapsulation.kind) {
    case 'ip':
    case 'ip6':
      return tunnelAttributes(encapsulation);
    case 'mpls':
      return [attribute(rt.MPLS_IPTUNNEL_DST, labelStack(encapsulation.labels))];
    case 'ila':
      return [attribute(rt.ILA_ATTR_LOCATOR, be64(encapsulation.locator))];
    default:
      return assertNever(encapsulation);
  }
}

export function encapsulationAttributes(encapsulation: Encapsulation): Uint8Array[] {
  const type = typeNumbers[encapsulation.kind];
  return [attribute(rt.RTA_ENCAP_TYPE, Uint8Array.of(type, 0)), nested(rt.RTA_ENCAP, inner(encapsulation))];
}
