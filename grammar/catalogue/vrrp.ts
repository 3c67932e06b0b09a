/** AV05xx: addresses, routes and rules. AV06xx: instances. AV07xx: groups, tracking and notify. */
import type { CatalogueEntry } from './entry.ts';

export const vrrpEntries: readonly CatalogueEntry[] = [
  {
    code: 'AV0501',
    title: 'not an IP address',
    severity: 'error',
    kind: 'quotes',
    match: /^VRRP parsed invalid IP /,
    explain:
      'A line of an address list must start with an address: four decimal numbers, or IPv6 without brackets and %interface. Host names are not looked up. The line is dropped.',
    example: {
      wrong: 'virtual_ipaddress {\n  10.0.0.256\n}',
      right: 'virtual_ipaddress {\n  10.0.0.25/24\n}',
    },
  },
  {
    code: 'AV0502',
    title: 'prefix length refused',
    severity: 'error',
    match: /^(?:Invalid address prefix len |Address prefix length )/,
    explain:
      'The number behind the slash is 0 to 32 for IPv4 and 0 to 128 for IPv6; netmasks in dotted form are not read. The full length is used instead.',
    example: { wrong: '10.0.0.1/255.255.255.0', right: '10.0.0.1/24' },
  },
  {
    code: 'AV0503',
    title: 'unknown word on an address line',
    severity: 'error',
    kind: 'quotes',
    match: /^Unknown configuration entry '.*' for ip address/s,
    explain:
      'Behind the address come pairs such as dev, brd, scope, label, peer, and flags such as no_track. This word is none of them.',
  },
  {
    code: 'AV0504',
    title: 'option of an address without its value',
    severity: 'error',
    match: /^No (?:dev|brd|label|peer|scope|preferred_lft) parameter specified for /,
    explain: 'The line ends behind the name of the option.',
  },
  {
    code: 'AV0505',
    title: 'address option refused',
    severity: 'error',
    match:
      /(?:^Address label |^Invalid scope '|^Invalid peer address|^Peer |invalid broadcast|assign a broadcast|^Cannot specify (?:label|scope|address prefix|ipaddress device)|preferred_lft .* is invalid|Cannot specify native_ipv)/,
    explain:
      'An option of the address line has a value that does not fit the address or its family. The text says what remains.',
  },
  {
    code: 'AV0506',
    title: 'address of the other family',
    severity: 'error',
    match: /address family must match VRRP instance/,
    explain:
      'An instance carries either IPv4 or IPv6 addresses; the first one decides. Move the others to virtual_ipaddress_excluded, or make an instance for each family.',
    example: {
      wrong: 'virtual_ipaddress {\n  10.0.0.1\n  2001:db8::1\n}',
      right: 'virtual_ipaddress {\n  10.0.0.1\n}\nvirtual_ipaddress_excluded {\n  2001:db8::1\n}',
    },
  },
  {
    code: 'AV0507',
    title: 'address given twice',
    severity: 'warning',
    match: /duplicates a e?VIP|duplicate unicast_peer/,
    explain:
      'The address is in the list already. The second line is ignored; keepalived 2.2.7 kept both in silence.',
  },
  {
    code: 'AV0508',
    title: 'source or peer address refused',
    severity: 'error',
    match:
      /^Configuration error: VRRP instance\[|malformed mcast dest address|mcast_dst_ip .* not multicast|multicast destination specified with unicast|unknown unicast_peer option/,
    explain:
      'Source, peer and group addresses must be plain addresses of the family of the instance, without prefix length.',
  },
  {
    code: 'AV0509',
    title: 'route refused',
    severity: 'error',
    kind: 'quotes',
    match:
      /^(?:unknown route keyword|Route |Warning - cannot track route|"(?:gw|or|as to)" |VROUTE|Invalid route|route from address|Address family mismatch for next hop|Cannot mix IPv4 and IPv6 addresses for route|IPv[46]\/[46] mismatch for nexthop|inet6? specified for|ttl-propagate|(?:Routing table|VRF) .* not found for route)/i,
    explain: 'Routes are written like those of ip(8): destination, then via, dev, metric, table and so on.',
  },
  {
    code: 'AV0510',
    title: 'rule refused',
    severity: 'error',
    kind: 'quotes',
    match:
      /^(?:Unknown rule option|Invalid rule |Rule |Routing table .* not found for rule|suppressor\/realm specified)/,
    explain:
      'Rules are written like those of ip(8): from, to, iif, oif, fwmark, priority, table. Give a preference, or its place in the list is arbitrary.',
  },
  {
    code: 'AV0511',
    title: 'time of a route out of bounds',
    severity: 'warning',
    match: /^(?:rtt|rttvar|rto_min) value \S+ (?:below minimum|exceeds maximum)/,
    explain:
      'TCP keeps its timer between 200 ms and 120 s, so the value is moved to the nearer of the two. A number without a unit counts eighths of a millisecond for rtt, quarters for rttvar: write ms or s.',
    example: { wrong: '10.1.0.0/16 via 10.0.0.9 rtt 300', right: '10.1.0.0/16 via 10.0.0.9 rtt 300ms' },
  },
  {
    code: 'AV0600',
    title: 'instance defined twice',
    severity: 'error',
    match: /^vrrp (?:instance|sync group) .* already defined/,
    explain: 'Names must be unique. The second block is skipped as a whole.',
  },
  {
    code: 'AV0601',
    title: 'no virtual_router_id',
    severity: 'error',
    match: /the virtual router id must be set/,
    explain:
      'Every instance needs a number from 1 to 255 that all its routers share and that no other instance on the network uses.',
    example: {
      wrong: 'vrrp_instance A {\n  interface eth0\n}',
      right: 'vrrp_instance A {\n  interface eth0\n  virtual_router_id 51\n}',
    },
  },
  {
    code: 'AV0602',
    title: 'virtual_router_id refused',
    severity: 'error',
    match: /VRID '.*' not valid/s,
    explain: 'The virtual router id is one byte of the packet, and 0 is not used: 1 to 255.',
  },
  {
    code: 'AV0603',
    title: 'virtual_router_id used twice',
    severity: 'error',
    match: / both use VRID /,
    explain:
      'Two instances of the same family on one interface would answer to the same adverts. Give them different numbers.',
  },
  {
    code: 'AV0604',
    title: 'priority refused',
    severity: 'error',
    match: /Priority not valid!/,
    explain:
      'Priorities are 1 to 255; 255 is for the router that owns the addresses. 100 is used instead, which may be higher or lower than you meant.',
    example: { wrong: 'priority 300', right: 'priority 200' },
  },
  {
    code: 'AV0605',
    title: 'unknown initial state',
    severity: 'error',
    match: /unknown state '/,
    explain:
      'The initial state is MASTER or BACKUP in capital letters. SLAVE and lower case are read as BACKUP.',
    example: { wrong: 'state slave', right: 'state BACKUP' },
  },
  {
    code: 'AV0606',
    title: 'initial state given twice',
    severity: 'warning',
    match: /state previously set as /,
    explain: 'Only the first state line of an instance counts.',
  },
  {
    code: 'AV0607',
    title: 'advert interval changed',
    severity: 'warning',
    match: /advertisement interval .*s (?:is|must)|Advert interval \(/,
    explain:
      'VRRP 2 counts whole seconds up to 255, VRRP 3 hundredths of a second up to 40.95. All routers of the instance must use the same interval.',
  },
  {
    code: 'AV0608',
    title: 'instance without addresses',
    severity: 'warning',
    match: /No VIP specified; at least one is /,
    explain:
      'An instance without virtual_ipaddress elects a master that carries nothing. Where only the notify scripts matter, say no_virtual_ipaddress.',
  },
  {
    code: 'AV0609',
    title: 'too many addresses',
    severity: 'warning',
    match: /^(?:\(.*\) )?Number of VIPs \(/,
    explain:
      'A packet has room for 255 addresses. The others are carried without being announced in adverts, as in virtual_ipaddress_excluded.',
  },
  {
    code: 'AV0610',
    title: 'authentication dropped',
    severity: 'warning',
    match:
      /does not support authentication|Strict mode does not support authentication|Authentication specified but no password|unknown authentication type/,
    explain:
      "VRRP 3 and strict mode have no authentication, and a password needs auth_type and auth_pass together. The adverts go out without it: routers that disagree about this discard each other's adverts.",
  },
  {
    code: 'AV0611',
    title: 'password cut off',
    severity: 'warning',
    match: /^Truncating auth_pass to 8 characters/,
    explain:
      'The field of the packet has eight bytes. Routers with different passwords that agree in the first eight characters accept each other.',
  },
  {
    code: 'AV0612',
    title: 'AH authentication with state MASTER',
    severity: 'warning',
    match: /Initial state master is incompatible with AH/,
    explain: 'With AH a router must first hear the sequence numbers of the others, so it starts as backup.',
  },
  {
    code: 'AV0613',
    title: 'preemption settings contradict each other',
    severity: 'warning',
    match:
      /(?:nopreempt|preempt[_ ]delay) (?:will not work|is incompatible(?! with strict))|Preempt_delay not valid/i,
    explain:
      'nopreempt and preempt_delay ask for a start as backup, so they need state BACKUP on every router, and they exclude each other. The text says which one is dropped.',
    example: { wrong: 'state MASTER\nnopreempt', right: 'state BACKUP\nnopreempt' },
  },
  {
    code: 'AV0614',
    title: 'strict mode overrides a setting',
    severity: 'warning',
    match:
      /strict mode requires|Strict mode requires|State MASTER must match|is incompatible with strict mode|accept mode for VRRP version|first IPv6 VIP address must be|not supported in strict mode/,
    explain:
      'vrrp_strict keeps to the letter of the RFCs. The setting of this instance goes beyond them and is reset.',
  },
  {
    code: 'AV0615',
    title: 'version and family do not fit',
    severity: 'warning',
    match: /conflicts with configured or deduced version|cannot use IPv6 with VRRP version/,
    explain:
      'IPv6 needs VRRP version 3. The version was fixed by an earlier line, or by the family of the addresses.',
  },
  {
    code: 'AV0616',
    title: 'unicast without peers',
    severity: 'warning',
    match: /unicast keyword has been specified without any unicast peers/,
    explain:
      'unicast_peer is missing or empty, so adverts go to the multicast group. Leave out the unicast keywords, or list the other routers.',
    example: {
      wrong: 'unicast_src_ip 10.0.0.2',
      right: 'unicast_src_ip 10.0.0.2\nunicast_peer {\n  10.0.0.3\n}',
    },
  },
  {
    code: 'AV0617',
    title: 'hop limit refused',
    severity: 'error',
    match: /TTL '.*' not valid|unicast_ttl|min_ttl/s,
    explain: 'Hop limits are 0 to 255, min_ttl not above max_ttl, and only unicast adverts may have one.',
  },
  {
    code: 'AV0618',
    title: 'gratuitous ARP setting refused',
    severity: 'error',
    match:
      /garp_(?:extra_if|lower_prio_(?:delay|repeat)|master_(?:delay|repeat|refresh|refresh_repeat))|vmac_garp_intvl/,
    explain: 'Delays are seconds, repeats whole numbers of at least 1. The inherited value stays in force.',
  },
  {
    code: 'AV0619',
    title: 'setting of a virtual MAC interface',
    severity: 'warning',
    match: /vmac_xmit_base|VMAC |^vmac_(?:addr_)?prefix|vrf interface|VRF interface|promote_secondaries/i,
    explain: 'The setting concerns use_vmac or use_ipvlan and does not fit the rest of the instance.',
  },
  {
    code: 'AV0620',
    title: 'synchronisation daemon of IPVS under an instance',
    severity: 'warning',
    match: /lvs_sync_daemon_interface|^\s*Please use global lvs_sync_daemon|lvs_sync_daemon |Invalid syncid/,
    explain: 'The IPVS synchronisation daemon is configured once, with lvs_sync_daemon in global_defs.',
    example: {
      wrong: 'vrrp_instance A {\n  lvs_sync_daemon_interface eth1\n}',
      right: 'global_defs {\n  lvs_sync_daemon eth1 A\n}',
    },
  },
  {
    code: 'AV0621',
    title: 'yes or no not understood',
    severity: 'error',
    match:
      /Invalid value (?:'.*' )?for .* specified|invalid (?:higher_prio_send_advert|lower_prio_no_advert|skip_check_adv_addr|strict_mode) |smtp_alert parameter/s,
    explain:
      'Boolean values are true, on, yes, false, off and no in lower case; the keyword alone means true.',
    example: { wrong: 'smtp_alert 1', right: 'smtp_alert on' },
  },
  {
    code: 'AV0622',
    title: 'signature of adverts refused',
    severity: 'error',
    match: /auth_hmac/,
    explain:
      'auth_hmac signs the adverts of VRRP 3 with keys of 32 to 64 bytes, each with a number. Key files must be readable by root alone. All routers need the same keys.',
  },
  {
    code: 'AV0623',
    title: 'setting of address owners refused',
    severity: 'warning',
    match: /ignoring owner_ignore_adverts since|requires owner_ignore_adverts/,
    explain:
      'Only the owner of the addresses, with priority 255, may ignore the adverts of others, and then it does. On other routers the keyword has no effect.',
  },
  {
    code: 'AV0624',
    title: 'timer_expired_backup without nopreempt',
    severity: 'warning',
    match: /expired_timer_backup requires nopreempt|thread_timer_expired - please replace/,
    explain:
      'A router that would preempt takes the addresses back at once, so going back to BACKUP after a late timer only makes sense with nopreempt. thread_timer_expired is an old name of the keyword.',
    example: { wrong: 'timer_expired_backup', right: 'nopreempt\ntimer_expired_backup' },
  },
  {
    code: 'AV0701',
    title: 'tracker not found',
    severity: 'error',
    kind: 'quotes',
    match: /(?:track (?:script|file|process|bfd|interface)|track_group) \S* not found/,
    explain:
      'track_script, track_file, track_process and track_bfd name blocks that the file defines with vrrp_script, track_file, vrrp_track_process and bfd_instance. There is none of this name, so nothing is tracked.',
    example: {
      wrong: 'track_script {\n  chk_nginx\n}',
      right: 'vrrp_script chk_nginx {\n  script "/usr/bin/pgrep -x nginx"\n}',
    },
  },
  {
    code: 'AV0702',
    title: 'tracker weight refused',
    severity: 'error',
    match:
      /^(?!vrrp_script|Configuration error: BFD|\(\S*\) unknown track).*(?:weight (?:must be|.* must be|for|without)|weight option|: weight must|tracked? (?:interface|script|file|process).* weights? (?:due|with)|(?:with weights|weight) due to|^\(\S*\) ignoring .*tracked .*due to )/,
    explain:
      'Weights are -253 to 253 and are added to the priority. Members of a sync group and the owner of the addresses cannot use them; a failure of the tracker then has no effect on the priority.',
  },
  {
    code: 'AV0703',
    title: 'tracking line refused',
    severity: 'warning',
    match:
      /Ignoring track_interface|duplicate track_|unknown track_?(?: (?!file weight)|script|interace|interface)|track_\w+ .* is configured on VRRP instance and sync group/,
    explain:
      'The interface, script or other tracker is tracked already, perhaps by the sync group, or a word on the line is unknown. The own interface of an instance is always tracked.',
  },
  {
    code: 'AV0704',
    title: 'script without a command',
    severity: 'error',
    match: /^No script (?:set )?(?:specified )?for vrrp_script/,
    explain:
      'A vrrp_script block needs a script line. The block is removed, and with it every track_script line that names it.',
  },
  {
    code: 'AV0705',
    title: 'script setting refused',
    severity: 'error',
    match:
      /vrrp script (?:interval|timeout|rise|fall)|vrrp_script \S* weight|vrrp_script \S* unknown|^\(\S*\): .*script .* must be between/,
    explain:
      'interval, timeout, rise, fall and weight of a vrrp_script have ranges, which the text gives. The default is used.',
  },
  {
    code: 'AV0706',
    title: 'sync group without members',
    severity: 'error',
    match:
      /^(?:Sync group .* (?:has no|no matching|, no matching)|Sync group .*, no matching|Warning - sync group .* empty group block|Sync group .* removing)/,
    explain:
      'None of the instances that the group lists exists. The group is removed, so nothing is kept together.',
  },
  {
    code: 'AV0707',
    title: 'sync group of one',
    severity: 'warning',
    match: /^Sync group .* has only 1 virtual router/,
    explain:
      'A group exists to move several instances together. With one member it only changes how weights count.',
  },
  {
    code: 'AV0708',
    title: 'sync group member refused',
    severity: 'error',
    match: /^Virtual router .* (?:specified in sync group|cannot exist in more than one)/,
    explain:
      'The group lists an instance that does not exist, or that another group has already. Instance names are case sensitive.',
  },
  {
    code: 'AV0709',
    title: 'group list given twice',
    severity: 'warning',
    match: /^Group list already specified/,
    explain: 'The members of a group are listed in one group block; the first one counts.',
  },
  {
    code: 'AV0710',
    title: 'notify command given twice',
    severity: 'warning',
    match: /notify(?:_\w+)? (?:script )?already specified|already been specified as \S+ {2}- ignoring notify/,
    explain:
      'Each event has one command, the first one. Use notify for one command that hears of every change.',
  },
  {
    code: 'AV0711',
    title: 'old way of global tracking',
    severity: 'warning',
    match: /global_tracking is deprecated/,
    explain: 'Put track_interface, track_script and track_file into the sync group itself.',
  },
  {
    code: 'AV0712',
    title: 'address owner and backup in one sync group',
    severity: 'warning',
    match: /^Sync group .* has some member\(s\) as address owner and some not/,
    explain:
      'Members of a group are master and backup together. An address owner (state MASTER, priority 255) always wants to be master, and the backup beside it cannot follow.',
  },
];
