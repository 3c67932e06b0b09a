/** AV02xx: what the machine lacks, and scripts. AV03xx: numbers and values. AV04xx: global_defs. */
import type { CatalogueEntry } from './entry.ts';

export const valueEntries: readonly CatalogueEntry[] = [
  {
    code: 'AV0200',
    title: 'other configuration error',
    severity: 'error',
    explain: 'A message without a code of its own. Its text says what was found and what was done about it.',
  },
  {
    code: 'AV0201',
    title: 'interface that must exist is missing',
    severity: 'error',
    match: /^Non-existent interface specified in configuration$/,
    explain:
      'At least one interface of the file does not exist on this machine, and dynamic_interfaces is not set. The VRRP process does not start, and -t makes no further VRRP checks.',
    example: { wrong: 'interface eth9', right: 'global_defs {\n  dynamic_interfaces\n}' },
  },
  {
    code: 'AV0202',
    title: 'interface does not exist',
    severity: 'error',
    match:
      /(?:(?<!VRF )interface .* doesn't exist|Unknown interface!|no interface for vip|^unknown interface |^Interface name '.*' too long)/s,
    explain:
      'This machine has no interface of that name. Check the spelling with `ip link`. If it appears later, set dynamic_interfaces in global_defs.',
  },
  {
    code: 'AV0203',
    title: 'loopback as VRRP interface',
    severity: 'error',
    match: /cannot use a loopback interface/,
    explain:
      'Adverts must reach other machines, and nothing leaves through the loopback interface. Name the interface of the shared network.',
  },
  {
    code: 'AV0210',
    title: 'script file not usable',
    severity: 'warning',
    match:
      /^Unable to access script|script .* (?:not executable|not found)$|is not executable for uid:gid|^Script .* cannot be accessed - |^Cannot find script |^Wrong file type found in script path/i,
    explain:
      'The file does not exist, is a directory, or may not be executed by the account the script runs as. The script is not run.',
  },
  {
    code: 'AV0211',
    title: 'scripts run without script security',
    severity: 'warning',
    match: /^SECURITY VIOLATION - /,
    explain:
      'Scripts are configured and enable_script_security is not set, so a file that others may change would be run by root. Add enable_script_security to global_defs, and a script_user without rights where that is possible.',
    example: {
      wrong: 'global_defs {\n}',
      right: 'global_defs {\n  enable_script_security\n  script_user nobody\n}',
    },
  },
  {
    code: 'AV0212',
    title: 'script disabled',
    severity: 'error',
    kind: 'quotes',
    match: /^Disabling .*script .* (?:since|due to) /,
    explain:
      'The script is missing, or another account could change it, so it is never run. A vrrp_script that is disabled does not count for any instance that tracks it.',
  },
  {
    code: 'AV0213',
    title: 'account of a script does not exist',
    severity: 'error',
    match:
      /^(?:Unable to set (?:default user|uid\/gid)|Failed to set uid\/gid|Script (?:user '(?!keepalived_script')|group ')|Invalid user\/group for |Failed to set default user for |Error setting global script uid)/,
    explain:
      'The user or group named for the script is unknown. Without a user keepalived takes script_user, then the account keepalived_script, then root if script security is off.',
    example: { wrong: 'script_user nosuchuser', right: 'script_user nobody' },
  },
  {
    code: 'AV0216',
    title: 'no account for scripts',
    severity: 'note',
    match: /^Script user 'keepalived_script' does not exist$/,
    explain:
      'Scripts without an account run as script_user, else as the account keepalived_script, which this machine does not have. With script security they are not run, without it they run as root.',
    example: { wrong: 'notify /usr/local/bin/notify.sh', right: 'notify /usr/local/bin/notify.sh nobody' },
  },
  {
    code: 'AV0214',
    title: 'script that others could change',
    severity: 'warning',
    match: /^Unsafe permissions found for script |^Script '.*' is unsafe: /,
    explain:
      'The script runs with rights of root, and somebody else owns or may write the file or a folder above it, so that account can become root. Give what is named to root and take the write permission of group and others away (`chown root`, `chmod go-w`), or run the script as a user without rights. With enable_script_security it is not run at all.',
  },
  {
    code: 'AV0215',
    title: 'script without a path',
    severity: 'note',
    match: /^WARNING - script `.*` resolved by path search to /,
    explain:
      'The command has no folder, so it was looked for in PATH, which differs between a shell and a service manager. Write the full path.',
    example: { wrong: 'notify failover.sh', right: 'notify /usr/local/bin/failover.sh' },
  },
  {
    code: 'AV0217',
    title: 'script without an interpreter',
    severity: 'warning',
    match: /has no #! line, so it does nothing/,
    explain:
      'The file is neither a program nor does its first line name an interpreter. The kernel does not start it, and keepalived takes that for success: a check never fails, a notification does nothing. (A format that binfmt_misc knows is started all the same.)',
  },
  {
    code: 'AV0220',
    title: 'the machine refuses',
    severity: 'error',
    kind: 'general',
    match: /^Unable to (?:open|create|find)|^Cannot open|^realpath\(\)|no kernel support|^Failed to /,
    explain:
      'A file, folder or feature that the configuration asks for is not there, or may not be used. The text gives the reason.',
  },
  {
    code: 'AV0301',
    title: 'value refused',
    severity: 'error',
    kind: 'general',
    match:
      /\binvalid\b|not valid|\bunknown\b|must be|too long|malformed|Can't parse|is not |should be|exceeds|greater than|less than|more than|longer than|truncating|outside|not found|not recognised|mismatch|not in range|very large|not empty|Unable to interpret|does not have any|only supported/i,
    explain:
      'The value is not one that the keyword takes. The text says whether a default is used or the line is dropped.',
  },
  {
    code: 'AV0310',
    title: 'not a number',
    severity: 'error',
    kind: 'quotes',
    match: /^(?:WARNING - )?invalid number '/,
    explain:
      'Numbers are written in decimal digits only: no 0x, no unit, no exponent, nothing behind them. Times take a decimal point where the keyword allows it, never a comma.',
    example: { wrong: 'priority 100s', right: 'priority 100' },
  },
  {
    code: 'AV0311',
    title: 'negative number',
    severity: 'error',
    kind: 'quotes',
    match: /^(?:WARNING - )?negative number '/,
    explain: 'The keyword takes no negative number, and the text of the line is not used.',
  },
  {
    code: 'AV0312',
    title: 'number out of range',
    severity: 'error',
    kind: 'quotes',
    match: /^(?:WARNING - )?number '.*' outside range \[/s,
    explain:
      'The text gives the range. A second message of the keyword itself usually follows and says what is used instead, or that the line is ignored.',
    example: { wrong: 'virtual_router_id 256', right: 'virtual_router_id 255' },
  },
  {
    code: 'AV0313',
    title: 'number too large for any keyword',
    severity: 'error',
    kind: 'quotes',
    match: /^(?:WARNING - )?number '.*' outside (?:unsigned )?(?:integer|decimal) range/s,
    explain: 'The number does not fit into 32 bits.',
  },
  {
    code: 'AV0314',
    title: 'too many decimal places',
    severity: 'warning',
    kind: 'quotes',
    match: /^(?:WARNING - )?number '.*' has too many decimal places/s,
    explain: 'Six places at most: times are kept in microseconds. The number is rounded.',
  },
  {
    code: 'AV0401',
    title: 'mail server not usable',
    severity: 'error',
    kind: 'quotes',
    match: /^Invalid smtp server /,
    explain:
      'The name does not resolve or the port is not a number, so no mail can be sent. An address avoids the question to DNS at start.',
    example: { wrong: 'smtp_server mail.exmaple.org', right: 'smtp_server 192.0.2.25 25' },
  },
  {
    code: 'AV0402',
    title: 'mail settings incomplete',
    severity: 'warning',
    match: /^(?:Warning - empty notification_email block|emailfrom missing)/,
    explain:
      'Mails need notification_email with at least one address, notification_email_from and smtp_server.',
  },
  {
    code: 'AV0403',
    title: 'pause between ARP messages refused',
    severity: 'error',
    match: /^vrrp_(?:garp|gna)_interval '.*' is invalid/s,
    explain:
      'The pause between two messages must be more than zero. Old distribution samples carry the value 0, which has no effect: delete the line.',
    example: { wrong: 'vrrp_garp_interval 0', right: 'vrrp_garp_interval 0.001' },
  },
  {
    code: 'AV0404',
    title: 'scheduling of a process refused',
    severity: 'error',
    match: /(?:process priority|real-time (?:priority|limit)|cpu_id)/,
    explain: 'Nice values are -20 to 19, real-time priorities those of sched(7), and CPU numbers start at 0.',
  },
  {
    code: 'AV0405',
    title: 'VRRP version refused',
    severity: 'error',
    match: /Version must be either /,
    explain:
      'There are versions 2 (RFC 3768, IPv4 only, whole seconds) and 3 (RFC 9568, both families, centiseconds).',
  },
  {
    code: 'AV0406',
    title: 'multicast group refused',
    severity: 'error',
    match: /vrrp_mcast_group[46] \[/,
    explain:
      'The group must be a multicast address of the right family: 224.0.0.0/4, or ff00::/8 with link-local scope.',
  },
  {
    code: 'AV0407',
    title: 'socket buffer size refused',
    severity: 'error',
    match: /_rcv_bufs size |kernel_rx_buf_size|vrrp_rx_bufs_(?:policy|multiplier)/,
    explain:
      'Buffer sizes are bytes; vrrp_rx_bufs_policy takes a size, MTU or ADVERT, and the multiplier a whole number.',
  },
];
