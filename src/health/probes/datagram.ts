/** What UDP_CHECK, DNS_CHECK and PING_CHECK have in common: one datagram, a time limit, what comes back. */
import type { DatagramFailure, DatagramSpec, Exchanged } from '../../ports/datagrams.ts';
import { addUs } from '../../units.ts';
import type { Probe, ProbePorts, ProbeSubject } from './probe.ts';

/** How it ended. */
export type DatagramResult<T> =
  | { readonly kind: 'answer'; readonly value: T }
  | { readonly kind: 'silence' }
  | DatagramFailure;

/** The text that 2.2.7 sends where nothing else is configured, for as long as it takes. */
const FILL = 'keepalived check - ';

export function fillPayload(length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, at) => FILL.charCodeAt(at % FILL.length));
}

/**
 * `read` says what a datagram means; undefined = it is not the answer, and the wait goes on.
 */
export function askOnce<T>(
  { clock, datagrams }: ProbePorts,
  { id }: Pick<ProbeSubject<unknown>, 'id'>,
  spec: DatagramSpec,
  bytes: Uint8Array,
  read: (bytes: Uint8Array) => T | undefined,
  done: (result: DatagramResult<T>) => void,
): Probe {
  const limit = `${id} limit`;
  let exchanged: Exchanged | undefined;
  const cancel = (): void => {
    clock.cancel(limit);
    exchanged?.close();
  };
  const end = (result: DatagramResult<T>): void => {
    cancel();
    done(result);
  };
  clock.armAt(limit, addUs(clock.now(), spec.timeoutUs), () => end({ kind: 'silence' }));
  exchanged = datagrams.send(spec, bytes, {
    received: (reply) => {
      const value = read(reply);
      if (value !== undefined) end({ kind: 'answer', value });
    },
    failed: end,
  });
  return { cancel };
}
