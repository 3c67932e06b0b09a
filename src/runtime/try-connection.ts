/** Connections to what may not be there, for parts of the program that most configurations never need. */
import type { Socket } from 'node:net';

export type StreamAddress = { readonly path: string } | { readonly host: string; readonly port: number };

/** Undefined where there can be no such address, for which another attempt is of no use. */
export function tryConnection(address: StreamAddress): Socket | undefined {
  // Not at the top: it takes memory.
  const { createConnection } = process.getBuiltinModule('node:net');
  try {
    return createConnection(address);
  } catch {
    return undefined;
  }
}
