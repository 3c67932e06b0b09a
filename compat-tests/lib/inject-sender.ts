/**
 * Runs inside the bridge's namespace: reads commands, one a line, and sends Ethernet frames, given as
 * hexadecimal digits, in VXLAN datagrams (RFC 7348 5) to the VXLAN device on the loopback address, which puts
 * them on the bridge. That way raw frames need no packet socket, which Node does not have. Repetition happens
 * here and not in the runner, whose event loop many cases share.
 *
 * Commands: `send FRAME`; `repeat MILLISECONDS COUNT FRAME`, so many at a time and in place of an earlier
 * repetition; `hush`.
 */
import { createSocket } from 'node:dgram';
import { createInterface } from 'node:readline';
import { VNI, VXLAN_PORT } from './inject.ts';

const header = Uint8Array.from([8, 0, 0, 0, VNI >> 16, (VNI >> 8) & 255, VNI & 255, 0]);
const socket = createSocket('udp4');
let repetition: NodeJS.Timeout | undefined;

function send(frame: string): void {
  socket.send(Buffer.concat([header, Buffer.from(frame, 'hex')]), VXLAN_PORT, '127.0.0.1');
}

const lines = createInterface({ input: process.stdin });
lines.on('line', (line) => {
  const [command, ...words] = line.split(' ');
  if (command !== 'send') clearInterval(repetition);
  const frame = words.at(-1) ?? '';
  if (command !== 'hush') send(frame);
  if (command !== 'repeat') return;
  const [everyMs, count] = words.map(Number);
  repetition = setInterval(() => {
    for (let sent = 0; sent < (count ?? 1); sent++) send(frame);
  }, everyMs);
});
lines.on('close', () => {
  clearInterval(repetition);
  socket.close();
});
console.log('ready');
