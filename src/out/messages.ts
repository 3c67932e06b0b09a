/**
 * Log texts are an interface: users grep for them, so each has an id, a level and upstream's wording (2.2.7,
 * or 2.4.3 for adverts that are refused, which names the sender). In: id and arguments of the core. Out: the
 * text. `detail` lines are only shown with -D, as upstream was seen doing.
 */
import { bfdMessages } from './bfd-messages.ts';
import { checkerMessages } from './checker-messages.ts';
import { dbusMessages } from './dbus-messages.ts';
import { detail, errnoText, type Message, type MessageArg, plain } from './message.ts';
import { snmpMessages } from './snmp-messages.ts';

export type { Message, MessageArg } from './message.ts';

/** `family` is 4 or 6; a socket without a group is a unicast one. */
function sockpool(...args: readonly MessageArg[]): string {
  const [ifindex, family, protocol, fdIn, fdOut, group, source] = args;
  const kind = group === '' ? ', unicast' : 'multicast';
  const index = String(ifindex).padStart(3, ' ');
  return `VRRP sockpool: [ifindex(${index}), family(IPv${family}), proto(${protocol}), fd(${fdIn},${fdOut}) ${kind}, address(${group === '' ? source : group})]`;
}

const table = {
  // States and elections.
  'entering-backup-init': plain((name) => `(${name}) Entering BACKUP STATE (init)`),
  'entering-backup': plain((name) => `(${name}) Entering BACKUP STATE`),
  'entering-master': plain((name) => `(${name}) Entering MASTER STATE`),
  'entering-fault': plain((name) => `(${name}) Entering FAULT STATE`),
  'start-interface-down': plain(
    (name, ifname) => `(${name}): entering FAULT state (interface ${ifname} down)`,
  ),
  'start-fault': plain((name) => `(${name}) entering FAULT state`),
  'start-no-address': plain(
    (name, family) => `(${name}) entering FAULT state (no IPv${family} address for interface)`,
  ),
  'source-not-configured': plain((name) => `(${name}): entering FAULT state (src address not configured)`),
  'bind-source-failed': plain(
    (source, errno) => `bind unicast_src ${source} failed ${errno} - ${errnoText(errno)}`,
  ),
  'adopting-master': plain((name) => `(${name}) Resuming MASTER STATE of the previous VRRP process`),
  'advert-late': plain((name) => `(${name}) advert so late that others may have taken over`),
  'receive-advertisement-timeout': detail((name) => `(${name}) Receive advertisement timeout`),
  'setting-vips': detail((name) => `(${name}) setting VIPs.`),
  'setting-evips': detail((name) => `(${name}) setting E-VIPs.`),
  'removing-vips': detail((name) => `(${name}) removing VIPs.`),
  'removing-evips': detail((name) => `(${name}) removing E-VIPs.`),
  'setting-firewall': detail((name) => `(${name}) setting firewall drop rule`),
  'removing-firewall': detail((name) => `(${name}) removing firewall drop rule`),
  'setting-routes': detail((name) => `(${name}) setting Virtual Routes`),
  'setting-rules': detail((name) => `(${name}) setting Virtual Rules`),
  'removing-routes': detail((name) => `(${name}) removing Virtual Routes`),
  'removing-rules': detail((name) => `(${name}) removing Virtual Rules`),
  'sent-0-priority': detail((name) => `(${name}) sent 0 priority`),
  'backup-received-priority-0': detail((name) => `(${name}) Backup received priority 0 advertisement`),
  'start-preempt-delay': plain((name, delay) => `(${name}) start preempt delay (${delay})`),
  'lower-priority-discarding': plain(
    (name, priority, source) =>
      `(${name}) received lower priority (${priority}) advert from ${source} - discarding`,
  ),
  'master-received-higher': plain(
    (name, source, priority, ours) =>
      `(${name}) Master received advert from ${source} with higher priority ${priority}, ours ${ours}`,
  ),
  'master-received-same': plain(
    (name, source, priority) =>
      `(${name}) Master received advert from ${source} with same priority ${priority} but higher IP address than ours`,
  ),
  'master-received-lower': plain(
    (name, source, priority, ours) =>
      `(${name}) Received advert from ${source} with lower priority ${priority}, ours ${ours}, forcing new election`,
  ),
  'master-received-lower-silent': plain(
    (name, source, priority, ours) =>
      `(${name}) Received advert from ${source} with lower priority ${priority}, ours ${ours}`,
  ),
  'master-received-priority-0': detail((name) => `(${name}) Master received priority 0 message`),
  'both-owners': plain(
    (name) =>
      `(${name}) CONFIGURATION ERROR: local instance and a remote instance are both configured as address owner, ` +
      'please fix - reducing local priority',
  ),
  'interval-learnt': plain(
    (name, before, now) => `(${name}) advertisement interval updated from ${before}ms to ${now}ms by master`,
  ),
  'interval-ours-again': plain(
    (name, before, now) =>
      `(${name}) changing advert interval from ${before}ms to locally configured ${now}ms`,
  ),
  'changing-effective-priority': plain(
    (name, from, to) => `(${name}) Changing effective priority from ${from} to ${to}`,
  ),
  'setting-effective-priority': plain((name, to) => `(${name}) Setting effective priority to ${to}`),
  'group-syncing': plain((group, state) => `VRRP_Group(${group}) Syncing instances to ${state} state`),
  'group-fault-at-start': plain((group, name) => `VRRP_Group(${group}): Syncing ${name} to FAULT state`),
  'startup-delay': plain((delay) => `Delaying startup for ${delay} seconds`),
  'startup-delay-over': plain(() => 'Delayed start completed'),

  // Adverts that are refused, or accepted with a remark.
  'rx-ttl': plain(
    (name, source, got, want) =>
      `(${name}) invalid TTL/HL from ${source}. Received ${got} and expect ${want}`,
  ),
  'rx-ttl-range': plain(
    (name, source, got, low, high) =>
      `(${name}) TTL/HL from ${source} is ${got}, not within the configured range [${low}, ${high}]`,
  ),
  'rx-not-peer': plain((name, source) => `(${name}) unicast source address ${source} not a unicast peer`),
  'rx-version': plain(
    (name, source, got, want) =>
      `(${name}) wrong VRRP version from ${source}. Received ${got} and expect ${want}`,
  ),
  'rx-short': plain(
    (name, source, got, want) =>
      `(${name}) vrrp packet from ${source} too short, length ${got} and expect ${want}`,
  ),
  'rx-long': plain(
    (name, source, got, want) =>
      `(${name}) vrrp packet from ${source} too long, length ${got} and expect ${want}`,
  ),
  'rx-checksum': plain(
    (name, version, source) => `(${name}) Invalid VRRPv${version} checksum from ${source}`,
  ),
  'old-checksum': plain((name) => `(${name}) Setting unicast VRRPv3 checksum to old version`),
  'rx-type': plain(
    (name, source, got, want) => `(${name}) Invalid packet type from ${source}. ${got} and expect ${want}`,
  ),
  'rx-auth-type': plain(
    (name, got, source, want) => `(${name}) received a ${got} auth from ${source}, expecting ${want}!`,
  ),
  'rx-auth-invalid': plain((name, got, source) => `(${name}) Invalid auth type: ${got} from ${source}`),
  'rx-runt': plain(
    (family, bytes, source, kind = '') =>
      `IPv${family} VRRP packet${kind} too short - ${bytes} bytes from ${source}`,
  ),
  'rx-ah-spi': plain((got, want) => `IPSEC AH : invalid IPSEC SPI value. ${got} and expect ${want}`),
  'rx-ah-digest': plain(
    (name) => `(${name}) IPSEC-AH : invalid IPSEC HMAC-MD5 value. Due to fields mutation or bad password !`,
  ),
  'rx-ah-replay': plain(
    (name, got, local) =>
      `(${name}) IPSEC-AH : sequence number ${got} already processed. Packet dropped. Local(${local})`,
  ),
  'rx-hmac-missing': plain((name, source) => `(${name}) advert from ${source} is not signed (auth_hmac)`),
  'rx-hmac-malformed': plain((name, source) => `(${name}) malformed auth_hmac trailer from ${source}`),
  'rx-hmac-key': plain((name, source, id) => `(${name}) unknown auth_hmac key ${id} from ${source}`),
  'rx-hmac-invalid': plain(
    (name, source, id) => `(${name}) invalid auth_hmac signature by key ${id} from ${source}`,
  ),
  'rx-hmac-stale': plain(
    (name, source, age) =>
      `(${name}) auth_hmac time of ${source} differs by ${age} seconds, outside of the time window`,
  ),
  'rx-hmac-replay': plain((name, source) => `(${name}) replayed auth_hmac advert of ${source}`),
  'rx-password': plain((name, source) => `(${name}) received an invalid passwd from ${source}!`),
  'rx-interval': plain(
    (name, source, ours, theirs) =>
      `(${name}) advertisement interval mismatch with ${source} mine=${ours} sec rcv'd=${theirs} sec`,
  ),
  'rx-vip-count': plain(
    (name, ours, theirs, source) => `(${name}) expected ${ours} VIPs but received ${theirs} from ${source}`,
  ),
  'rx-vip-missing': plain(
    (name, vrid, source, address) =>
      `(${name}) ip address associated with VRID ${vrid} not present in advert from ${source}: ${address}`,
  ),
  'unknown-vrid': detail((vrid, source) => `Unknown VRID(${vrid}) received from ${source}`),
  'send-advert-error': plain((name, errno) => `(${name}): send advert error ${errno} (${errnoText(errno)})`),
  'unicast-advert-error': plain(
    (name, peer, errno) => `(${name}) Cant send advert to ${peer} (${errnoText(errno)})`,
  ),
  'socket-failed': plain(
    (name, call, errno) => `(${name}) unable to open the VRRP socket, ${call}: ${errnoText(errno)}`,
    'error',
  ),

  // Announcements.
  'queueing-garp': detail(
    (name, ifname, address) => `(${name}) Sending/queueing gratuitous ARPs on ${ifname} for ${address}`,
  ),
  'sending-garp': detail((ifname, address) => `Sending gratuitous ARP on ${ifname} for ${address}`),
  'source-garp': detail((name, address) => `${name}: sending gratuitous ARP for ${address}`),
  'source-na': detail((name, address) => `${name}: sending gratuitous NA for ${address}`),
  'queueing-na': detail(
    (name, ifname, address) =>
      `(${name}) Sending/queueing Unsolicited Neighbour Adverts on ${ifname} for ${address}`,
  ),
  'sending-na': detail(
    (ifname, address) => `Sending unsolicited Neighbour Advert on ${ifname} for ${address}`,
  ),
  'announce-failed': plain(
    (ifname, call, errno) => `Error announcing an address on ${ifname}, ${call}: ${errnoText(errno)}`,
  ),

  // The kernel.
  'registering-reflector': detail(() => 'Registering Kernel netlink reflector'),
  'registering-command': detail(() => 'Registering Kernel netlink command channel'),
  'registering-garp': detail(() => 'Registering gratuitous ARP shared channel'),
  'registering-ndisc': detail(() => 'Registering gratuitous NDISC shared channel'),
  'linkbeat-polling': plain(() => 'Using MII-BMSR/ETHTOOL NIC polling thread(s)...'),
  'linkbeat-unused': plain((ifname) => `Turning off linkbeat for ${ifname} since not used for tracking`),
  'linkbeat-reports-up': plain((ifname) => `Linkbeat reports ${ifname} up`),
  'linkbeat-reports-down': plain((ifname) => `Linkbeat reports ${ifname} down`),
  'netlink-reports-up': plain((ifname) => `Netlink reports ${ifname} up`),
  'netlink-reports-down': plain((ifname) => `Netlink reports ${ifname} down`),
  'interface-delay': detail(
    (ifname, before, now, delay) =>
      `${ifname}: Adding flags change from ${before} to ${now} delay by ${delay}`,
  ),
  'interface-delay-too-long': plain(
    (name, ifname, adverts) =>
      `${name}: interface ${ifname} debounce timer(s) not less that ${adverts} * advert_int - resetting`,
  ),
  'interface-added': detail((ifname) => `Interface ${ifname} added`),
  'interface-renamed': plain((from, to) => `Interface name has changed from ${from} to ${to}`),
  'unused-interface-deleted': detail((ifname) => `Interface ${ifname} deleted`),
  'mac-changed': detail((ifname, from, to) => `(${ifname}) MAC Address changed from ${from} to ${to}`),
  'interface-deleted': plain((ifname) => `Interface ${ifname} deleted`),
  'interface-is-down': plain((name, ifname) => `(${name}) interface ${ifname} is down`),
  'vmac-found': plain((name, ifname) => `(${name}) Found matching interface ${ifname}`),
  'vmac-name-mismatch': plain(
    (name, given, ifname) => `(${name}) vmac name mismatch ${given} <=> ${ifname}. changing to ${ifname}.`,
  ),
  'vmac-shared': plain(
    (name, address, other) =>
      `(${name}) VIP/eVIP ${address} uses same VMAC as VRRP instance ${other}, disabling ${other}`,
  ),
  'vmac-created': plain((name, kind, ifname) => `(${name}): Success creating ${kind} interface ${ifname}`),
  'vmac-not-created': plain(
    (name, kind, ifname) => `(${name}): Unable to create ${kind} interface ${ifname}`,
  ),
  'vmac-incompatible': plain(
    (name, kind, ifname) =>
      `(${name}) ${kind} ${ifname} already exists but is incompatible. It will be deleted/updated`,
  ),
  'vmac-updating': plain(
    (name, kind, ifname) => `(${name}) Update old ${kind} interface ${ifname} due to wrong MAC/mode `,
  ),
  'vmac-updated': plain((name, kind, ifname) => `(${name}): Success updating ${kind} interface ${ifname}`),
  'vmac-replacing': plain(
    (name, kind, ifname) => `(${name}) Removing old ${kind} interface ${ifname} due to conflicting interface`,
  ),
  'vmac-deleting-old': plain((name, ifname) => `(${name}) Deleting old VMAC interface ${ifname}`),
  'vmac-vrf-changed': plain(
    (name, ifname) => `vmac: Success changing VRF of VMAC interface ${ifname} for vrrp_instance ${name}`,
  ),
  'vmac-removed': plain((name, ifname) => `(${name}) Success removing VMAC interface ${ifname}`),
  'vmac-not-removed': plain((name, ifname) => `(${name}) Error removing VMAC interface ${ifname}`),
  'link-refused': detail((ifname, text) => `The kernel on interface ${ifname}: ${text}`),
  'sysctl-set': plain((key, from, to) => `NOTICE: setting sysctl ${key} from ${from} to ${to}`),
  'sysctl-reset': plain((key, to) => `NOTICE: resetting sysctl ${key} to ${to}`),
  'sysctl-refused': plain(
    (path, value, errno) => `Unable to set ${path} to ${value}: ${errnoText(errno)}`,
    'warning',
  ),
  'assigned-address': detail((address, ifname) => `Assigned address ${address} for interface ${ifname}`),
  'deassigned-address': detail((address, ifname) => `Deassigned address ${address} from interface ${ifname}`),
  'reflector-address': detail(
    (address, ifname) => `Netlink reflector reports IP ${address} added to ${ifname}`,
  ),
  'reflector-removed': detail(
    (address, ifname) => `Netlink reflector reports IP ${address} removed from ${ifname}`,
  ),
  'netlink-resync': plain(
    () => 'Netlink: receive queue overrun, rereading interfaces and addresses',
    'warning',
  ),
  'netlink-error': plain(
    (errno, type, sequence, pid) =>
      `Netlink: error: ${errnoText(errno)}(${errno}), type=${type}, seq=${sequence}, pid=${pid}`,
  ),
  'vip-gone': detail(
    (name, address, ifname) => `(${name}) ip address ${address} dev ${ifname}, no longer exist`,
  ),
  // Mail and pipes.
  'mail-connected': plain((host, port) => `Remote SMTP server [${host}]:${port} connected.`),
  'mail-sent': plain(() => 'SMTP alert successfully sent.'),
  'mail-refused': plain(
    (command, host, port, status) =>
      `Error processing ${command} cmd on SMTP server [${host}]:${port}. SMTP status code = ${status}`,
  ),
  'mail-timeout': plain((host, port) => `Timeout reading data to remote SMTP server [${host}]:${port}.`),
  'mail-connect-timeout': plain((host, port) => `Timeout connecting SMTP server [${host}]:${port}.`),
  'mail-failed': plain((host, port, why) => `Error connecting SMTP server [${host}]:${port} - ${why}`),
  'mail-closed': plain((host, port) => `Remote SMTP server [${host}]:${port} has closed the connection.`),
  'mail-dropped': plain(
    (host, port) => `Too many mails wait for SMTP server [${host}]:${port} - one is dropped`,
    'warning',
  ),
  'webhook-failed': plain((name, why) => `Webhook ${name}: ${why} - trying again`, 'warning'),
  'webhook-given-up': plain(
    (name, why, attempts) => `Webhook ${name}: ${why} - given up after ${attempts} attempts`,
    'warning',
  ),
  'webhook-dropped': plain((name) => `Too many notices wait for webhook ${name} - one is dropped`, 'warning'),
  'notify-exited': plain((script, owner, code) => `Script ${script} of ${owner} exited with status ${code}`),
  'notify-killed': plain((script, owner, signal) => `Script ${script} of ${owner} was ended by ${signal}`),
  'notify-timeout': plain(
    (script, owner, seconds) => `Script ${script} of ${owner} was stopped after ${seconds} seconds`,
    'warning',
  ),
  'notify-dropped': plain((owner) => `Too many scripts of ${owner} wait - one is dropped`, 'warning'),
  'fifo-not-made': plain(
    (path, call, why) => `Unable to create notify fifo ${path}, ${call}: ${why} - ignoring it`,
    'error',
  ),
  'fifo-full': plain((path) => `Notify fifo ${path} is full - changes are lost to its reader`, 'warning'),

  'local-igmp-kept': plain(() => 'Cannot change disable_local_igmp at a reload - please restart keepalived'),
  'local-igmp-not-disabled': plain(
    () => 'Unable to change /proc/sys/net/ipv4/igmp_link_local_mcast_reports - ignoring disable_local_igmp',
    'warning',
  ),
  'no-firewall-configured': plain(
    () => 'use_vmac or no_accept/strict specified, but no firewall configured - using nftables',
  ),
  'nftables-name-kept': plain(
    () => 'Cannot change nftables table name at a reload - please restart keepalived',
  ),
  'firewall-refused': plain(
    (op, errno, text) =>
      `nftables ${op} failed: ${errnoText(errno)}(${errno})${text === '' ? '' : `, ${text}`} - packet filters are not in place`,
    'error',
  ),
  'sync-daemon-off': plain((ifname) => `IPVS connections are not synchronised on ${ifname}`, 'warning'),
  'sync-daemon-no-instance': plain(
    (name) => `Unable to find vrrp instance ${name} for lvs_syncd - clearing lvs_syncd config`,
  ),
  'route-refused': detail((kind, what, text) => `The kernel on ${kind} ${what}: ${text}`),
  'route-removed': plain((destination) => `Removing route ${destination}`),
  'rule-removed': plain((selector) => `ip rule ${selector} removed`),
  'route-block-removed': plain(() => 'Removing a VirtualRoute block'),
  'rule-block-removed': plain(() => 'Removing a VirtualRule block'),
  'static-address-gone': detail((address, ifname) => `ip address ${address} dev ${ifname}, no longer exist`),
  'restoring-route': plain((what) => `Restoring deleted static route ${what}`),
  'restoring-rule': plain((what) => `Restoring deleted static rule ${what}`),
  'restoring-address': plain((what) => `Restoring deleted static address ${what}`),
  'address-refused': detail(
    (address, ifname, text) => `The kernel on address ${address} of ${ifname}: ${text}`,
  ),
  sockpool: detail(sockpool),

  ...bfdMessages,
  ...dbusMessages,
  ...snmpMessages,
  ...checkerMessages,

  // Tracked scripts.
  'file-fault': plain((name, file) => `(${name}): tracked file ${file} now FAULT state`),
  'file-leaves-fault': plain((name, file) => `(${name}): tracked file ${file} leaving FAULT state`),
  'start-file-fault': plain(
    (name, file, status) => `(${name}): entering FAULT state (tracked file ${file} has status ${status})`,
  ),
  'start-process-fault': plain(
    (name, tracked) => `(${name}) entering FAULT state (tracked process ${tracked} quorum not achieved)`,
  ),
  'track-file-not-opened': plain(
    (path, errno) => `Unable to open '${path}' - errno ${errno} (${errnoText(errno)})`,
  ),
  'track-file-not-initialised': plain((name) => `Unable to initialise track file ${name}`),
  'track-file-not-regular': plain(
    (name) => `Cannot initialise track file ${name} - it is not a regular file`,
  ),
  'track-file-no-folder': plain((name) => `Track file directory for ${name} does not exist - removing`),
  'track-file-invalid-number': plain(
    (number, path) => `Invalid number ${number} read from ${path} - ignoring`,
  ),
  'process-quorum-gained': plain((name) => `Quorum gained for tracked process ${name}`),
  'process-quorum-lost': plain((name) => `Quorum lost for tracked process ${name}`),
  'process-events-confirmed': detail(() => 'proc_events has confirmed it is configured'),
  'process-events-refused': plain(
    (errno) => `Failed to set/clear process event listen - errno ${errno} - ${errnoText(errno)}`,
  ),
  'script-now-returning': plain((name, code) => `Script \`${name}\` now returning ${code}`),
  'script-succeeded': plain((name) => `VRRP_Script(${name}) succeeded`),
  'script-inherited': plain((name, verdict) => `VRRP_Script(${name}) considered ${verdict} on reload`),
  'script-timed-out': plain((name) => `VRRP_Script(${name}) timed_out`),
  'script-failed': plain((name, how) => `VRRP_Script(${name}) failed (${how})`),

  // Processes.
  starting: plain((version) => `Starting Keepalived ${version}`),
  'running-on': plain((release, version) => `Running on Linux ${release} ${version}`),
  'command-line': plain((line) => `Command line: ${line}`),
  'command-line-more': plain((line) => `              ${line}`),
  'opening-file': detail((file) => `Opening file '${file}'.`),
  'configuration-file': plain((file) => `Configuration file ${file}`),
  'max-auto-priority': plain(
    () => 'NOTICE: setting config option max_auto_priority should result in better keepalived performance',
  ),
  'starting-child': plain((kind, pid) => `Starting ${kind} child process, pid=${pid}`),
  'startup-complete': plain(() => 'Startup complete'),
  reloading: plain(() => 'Reloading ...'),
  'reloading-child': plain(() => 'Reloading'),
  'reload-complete': plain(() => 'Reload complete'),
  'reload-refused': plain((why) => `Reload refused, the running configuration is kept: ${why}`, 'error'),
  stopping: plain(() => 'Stopping'),
  'stopped-child': plain(() => 'Stopped'),
  'stopped-child-usage': detail((user, system) => `Stopped - used ${user} user time, ${system} system time`),
  'cpu-usage': detail(
    (user, childUser, system, childSystem) =>
      `CPU usage (self/children) user: ${user}/${childUser} system: ${system}/${childSystem}`,
  ),
  stopped: plain((version) => `Stopped Keepalived ${version}`),
  'already-running': plain(() => 'daemon is already running'),
  'zombie-pid-file': plain((file) => `Remove a zombie pid file ${file}`),
  'config-not-saved': plain((path, why) => `Unable to save configuration in ${path}: ${why}`, 'warning'),
  'core-pattern-refused': plain((pattern, why) => `Unable to set core_pattern ${pattern}: ${why}`, 'warning'),
  'cannot-write-pid-file': plain((file, why) => `Unable to write pid file ${file}: ${why}`, 'error'),
  'permanent-error': plain((pid, why) => `pid ${pid} exited with permanent error ${why}. Terminating`),
  'child-signalled': plain((pid, number, name) => `pid ${pid} exited due to signal ${number} (${name})`),
  'child-exited': plain((pid, code) => `pid ${pid} exited with status ${code}`),
  respawning: plain((kind, pid) => `${kind} child process(${pid}) died: Respawning`),
  'respawn-delayed': plain(
    (kind, delay) => `Restart of ${kind} process delayed ${delay} seconds to limit respawn rate`,
  ),
  'child-hung': plain((kind, pid) => `${kind} child process(${pid}) does not stop, killing it`),
  'child-died': plain((kind, pid) => `${kind} child process(${pid}) died: Exiting`),
  'no-script-security': plain(
    () => 'SECURITY VIOLATION - scripts are being executed but script_security not enabled.',
  ),
  'engine-not-started': plain(
    (reason) => `The engine cannot be started (${reason}); the VRRP process sends its adverts itself`,
  ),
  'engine-ended': plain((pid, how) => `The engine, process ${pid}, ended by ${how}: starting another one`),
  'engine-limited': plain(
    (what, errno) => `The engine has no ${what} (${errnoText(errno)}): adverts may leave later`,
  ),
  'engine-lost': plain(() => 'The engine does not answer; this process sends its adverts itself'),
  'engine-back': plain(() => 'The engine answers again and sends the adverts'),
  'process-setting-refused': plain(
    (call, errno) => `Unable to set process option, ${call}: ${errnoText(errno)}`,
  ),
  'namespace-overridden': plain(
    (configured, given) =>
      `Overriding config net_namespace '${configured}' with command line namespace '${given}'`,
  ),
  'namespace-not-opened': plain((path) => `Failed to open ${path}`),
  'namespace-not-set': plain((name) => `Unable to set network namespace ${name} - exiting`),
  'start-stop-running': plain((which, path) => `Running ${which} script ${path}`),
  'start-stop-succeeded': plain((which) => `${which} script script succeeded`),
  'start-stop-failed': plain((which, code) => `${which} script script failed, status ${code}`),
  'start-stop-timeout': plain((which) => `${which} script timed out`),
  'start-stop-signalled': plain((which, signal) => `${which} script killed by signal ${signal}`),
  'start-stop-not-run': plain((which, reason) => `${which} script cannot be run: ${reason}`, 'warning'),
  'reload-time-set': plain((time) => `Scheduling reload for ${time}`),
  'reload-time-changed': plain((from, to) => `Reload time updated from ${from} to ${to}`),
  'reload-time-cancelled': plain((time) => `Cancelling reload scheduled for ${time}`),
  'reload-time-format': plain((text) => `Reload time ${text} format is incorrect - ignoring`),
  'reload-time-invalid': plain((text) => `Invalid reload time '${text}' specified - ignoring`),
  'reload-time-past': plain((time) => `Reload time ${time} is in the past - ignoring`),
  'reload-date-past': plain(() => 'Reload date/time is in the past - ignoring'),
  'reload-time-unwatched': plain(
    (file, reason) => `reload_time_file ${file} cannot be watched: ${reason}`,
    'warning',
  ),
  'new-config-invalid': plain((path) => `New config failed validation, see ${path} for details`),
  'config-line': plain((line) => String(line)),
  'namespace-kept': plain(() => 'Cannot change network namespace at a reload - please restart keepalived'),
  'ipvs-namespace-kept': plain(
    () => 'Cannot change IPVS network namespace at a reload - please restart keepalived',
  ),
  'no-swap-unsupported': plain(
    () => 'Locking memory (no_swap) is not possible with this run time - ignoring',
    'warning',
  ),
  threads: plain(
    (of, pid, timers, descriptors) =>
      `Thread list of ${of} process(${pid}): ${timers} timers, ${descriptors} descriptors`,
  ),
  'thread-timer': plain((name, seconds) => `  ${name} due in ${seconds} s`),
  'thread-descriptors': plain((list) => `  waits for descriptors ${list}`),
  'kernel-refused': plain((call, errno) => `Unable to open netlink, ${call}: ${errnoText(errno)}`, 'error'),
  'registering-garp-failed': plain(
    (errno) => `Error ${errno} while registering gratuitous ARP shared channel`,
  ),
  'script-not-run': plain((script, why) => `Couldn't run script ${script}: ${why}`),
  'nothing-to-run': plain(() => 'Warning - keepalived has no configuration to run'),
  'printing-data': plain((of, pid) => `Printing ${of} data for process(${pid}) on signal`),
  'printing-json': plain((of, pid) => `Printing ${of} as json for process(${pid}) on signal`),
  'printing-stats': plain((pid) => `Printing VRRP stats for process(${pid}) on signal`),
  'cannot-write-dump': plain((file, why) => `Can't open ${file} (${why})`, 'error'),
  diagnostic: plain((text) => String(text)),
} as const satisfies Readonly<Record<string, Message>>;

export type MessageId = keyof typeof table;

export const messages: Readonly<Record<MessageId, Message>> = table;

export const isMessageId = (id: string): id is MessageId => Object.hasOwn(table, id);
