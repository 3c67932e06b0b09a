/**
 * What the log says of BFD: the sessions of the BFD process and the trackers of the VRRP one. Wording and
 * columns of keepalived 2.2.7.
 */
import { detail, errnoText, type Message, type MessageArg, plain } from './message.ts';

/** RFC 5880 section 4.1, by code. */
const DIAGNOSTICS = [
  'No Diagnostic',
  'Control Detection Time Expired',
  'Echo Function Failed',
  'Neighbor Signaled Session Down',
  'Forwarding Plane Reset',
  'Path Down',
  'Concatenated Path Down',
  'Administratively Down',
  'Reverse Concatenated Path Down',
];

export const diagnosticText = (code: MessageArg | undefined): string =>
  DIAGNOSTICS[Number(code)] ?? 'Unknown Diagnostic';

/** One line of the table of parameters; `name` fills the first eleven columns. */
function parameters(name: string, ...values: readonly (MessageArg | undefined)[]): string {
  const widths = [20, 8, 9, 6, 13];
  const columns = values.map((value, at) => {
    const width = (widths[at] ?? 0) - (at === 0 ? name.length : 0);
    return ` ${value}`.padStart(width);
  });
  return name + columns.join('');
}

export const bfdMessages = {
  'bfd-up': plain((name) => `(${name}) Entering Up state`),
  'bfd-down': plain(
    (name, local, remote) =>
      `(${name}) Entering Down state (Local diagnostic - ${diagnosticText(local)}, ` +
      `Remote diagnostic - ${diagnosticText(remote)})`,
  ),
  'bfd-admin-down': plain((name) => `(${name}) Entering AdminDown state`),
  'bfd-expired': plain(
    (name, silent, overdue) => `(${name}) Expired after ${silent} ms (${overdue} usec overdue)`,
  ),
  'bfd-polling': detail((name) => `(${name}) Starting poll sequence`),
  'bfd-parameters': detail((name) => `(${name}) ---------------< Session parameters >--------------`),
  'bfd-parameters-head': detail(() => '              min_tx  min_rx  tx_intv  mult  detect_time'),
  'bfd-parameters-local': detail((_name, ...values) => parameters('     local', ...values)),
  'bfd-parameters-remote': detail((_name, ...values) => parameters('     remote', ...values)),
  'bfd-detection-time': plain((_name, now, before) => `     Detection time is ${now} us (was ${before} us)`),
  'bfd-reloaded': plain((took) => `Reload finished in ${took} usec`),

  // Sockets.
  'bfd-listen-error': plain((call, errno) => `${call}() error ${errno} (${errnoText(errno)})`, 'error'),
  'bfd-no-listener': plain(() => 'Unable to open listening socket', 'error'),
  'bfd-output-error': plain(
    (name, call, errno) => `(${name}) ${call}() error (${errnoText(errno)})`,
    'error',
  ),
  'bfd-no-output': plain((name) => `(${name}) Unable to open output socket, disabling instance`, 'error'),
  'bfd-send-error': plain((call, errno) => `${call}() error (${errnoText(errno)})`, 'error'),
  'bfd-not-sent': plain((name) => `(${name}) Error sending packet`, 'error'),

  // Packets that are refused.
  'bfd-short': detail((bytes) => `Packet is too small: ${bytes} bytes`),
  'bfd-version': detail((version) => `Packet is of unsupported version: ${version}`),
  'bfd-length': detail(
    (field, bytes) => `Packet size mismatch: length field: ${field} bytes, buffer size: ${bytes} bytes`,
  ),
  'bfd-multiplier': detail(() => "Packet 'detection multiplier' field is zero"),
  'bfd-multipoint': detail(() => "Packet has 'multipoint' flag"),
  'bfd-my-discriminator': detail(() => "Packet 'my discriminator' field is zero"),
  'bfd-your-discriminator': detail(
    () => "Packet 'your discriminator' field is zero and 'state' field is not Down or AdminDown",
  ),
  'bfd-poll-final': detail(() => 'Packet has both poll and final  flags set'),
  'bfd-bogus': detail((source, port) => `Discarding bogus packet from [${source}]:${port}`),
  'bfd-no-session': detail((source, port, discriminator) => {
    const hex = Number(discriminator).toString(16).padStart(8, '0');
    const why = `session is not found - your discriminator field is 0x${hex}`;
    return `Discarding packet from [${source}]:${port} (${why})`;
  }),
  'bfd-authentication': detail(
    (source, port) =>
      `Discarding packet from [${source}]:${port} (auth bit is set, but no authentication  is in use)`,
  ),
  'bfd-too-far': detail((family, hopLimit, least) => {
    const field = family === 4 ? 'ttl' : 'hop_limit';
    return `Packet ${field}(${hopLimit}) < ${least} - discarding`;
  }),

  // Sessions that VRRP instances track.
  'bfd-event': detail(
    (instance, state, delay) =>
      `Received BFD event: instance ${instance} is in state ${state} (delivered in ${delay} usec)`,
  ),
  'bfd-tracked': plain(
    (name, instance, state) => `VRRP_Instance(${name}) Tracked BFD instance ${instance} is ${state}`,
  ),
} as const satisfies Readonly<Record<string, Message>>;
