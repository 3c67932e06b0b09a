/**
 * Runs inside the bridge's namespace: reads Ethernet frames as lines of hexadecimal digits and sends each in
 * a VXLAN datagram (RFC 7348 5) to the VXLAN device on the loopback address, which puts it on the bridge.
 * That way raw frames need no packet socket, which Node does not have.
 */
import { createSocket } from 'node:dgram';
import { createInterface } from 'node:readline';
import { VNI, VXLAN_PORT } from './inject.ts';

const header = Uint8Array.from([8, 0, 0, 0, VNI >> 16, (VNI >> 8) & 255, VNI & 255, 0]);
const socket = createSocket('udp4');
const lines = createInterface({ input: process.stdin });
lines.on('line', (line) => {
  const frame = Buffer.concat([header, Buffer.from(line, 'hex')]);
  socket.send(frame, VXLAN_PORT, '127.0.0.1', () => console.log('sent'));
});
lines.on('close', () => socket.close());
console.log('ready');
