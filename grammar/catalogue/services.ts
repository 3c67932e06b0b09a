/** AV08xx: IPVS services, their checkers, and BFD. */
import type { CatalogueEntry } from './entry.ts';

export const serviceEntries: readonly CatalogueEntry[] = [
  {
    code: 'AV0801',
    title: 'service address refused',
    severity: 'error',
    match:
      /^Invalid virtual server (?:IP|group)|^Virtual server group range|^virtual server group .* (?:has no|removing)/i,
    explain:
      'A service is an address and a port, a firewall mark (fwmark N) or a group (group NAME). Groups list addresses with ports, or ranges of them. The line or block is skipped.',
    example: { wrong: 'virtual_server www.example.org 80 {', right: 'virtual_server 192.0.2.1 80 {' },
  },
  {
    code: 'AV0802',
    title: 'service without real servers',
    severity: 'error',
    match: /has no real servers/,
    explain:
      'The service is removed, because nothing could answer. Look for a real_server whose address was refused further up.',
  },
  {
    code: 'AV0803',
    title: 'service default filled in',
    severity: 'warning',
    match: /no (?:forwarding method|scheduler|protocol) set|no protocol set/,
    explain:
      'lb_kind, lb_algo and protocol have defaults (NAT, wlc; the protocol depends on the address). Write them down, so that the file says what runs.',
  },
  {
    code: 'AV0804',
    title: 'forwarding method refused',
    severity: 'error',
    match: /^PARSER : unknown \[/,
    explain: 'lb_kind is NAT, DR or TUN in capital letters. NAT is used instead.',
    example: { wrong: 'lb_kind dr', right: 'lb_kind DR' },
  },
  {
    code: 'AV0805',
    title: 'scheduler unknown',
    severity: 'error',
    match: /^Invalid lvs_scheduler/,
    explain:
      'lb_algo names a scheduler of the kernel: rr, wrr, lc, wlc, lblc, lblcr, sh, mh, dh, fo, ovf, sed, nq, twos. wlc is used instead.',
  },
  {
    code: 'AV0806',
    title: 'quorum does not fit',
    severity: 'warning',
    match: /^(?:Warning - quorum|Quorum )|: hysteresis /,
    explain:
      'The quorum is a sum of weights. It cannot be more than all real servers have together, nor less than 1.',
  },
  {
    code: 'AV0807',
    title: 'port of a real server changed',
    severity: 'warning',
    match: /ports don't match - resetting|has port specified - clearing|zero port only valid/,
    explain:
      'With DR and TUN the packet arrives at the real server with the port of the service, and firewall marks have no port at all. The port of the service is used.',
  },
  {
    code: 'AV0808',
    title: 'real server given twice',
    severity: 'warning',
    match: /real server .* is duplicated/,
    explain: 'The service has a real server of this address and port already. The second is removed.',
  },
  {
    code: 'AV0809',
    title: 'real server of another family',
    severity: 'error',
    match: /^Address family of virtual server and real server/,
    explain: 'Only tunnels can join IPv4 and IPv6. The real server is skipped.',
  },
  {
    code: 'AV0810',
    title: 'protocol of a firewall mark',
    severity: 'warning',
    match: /protocol specified for fwmark/,
    explain:
      'The mark says which packets belong to the service, whatever their protocol. Delete the protocol line.',
  },
  {
    code: 'AV0811',
    title: 'persistence time refused',
    severity: 'error',
    match: /^persistence_timeout invalid|persistence/,
    explain:
      'persistence_timeout is at least one second. Leave the line out for a service without persistence; 0 is not a way to say so.',
    example: { wrong: 'persistence_timeout 0', right: 'persistence_timeout 50' },
  },
  {
    code: 'AV0812',
    title: 'old name of a checker setting',
    severity: 'warning',
    match: /^nb_get_retry is deprecated/,
    explain: 'Write retry in place of nb_get_retry.',
  },
  {
    code: 'AV0813',
    title: 'TLS settings given twice',
    severity: 'warning',
    match: /^SSL (?:context|password) already specified/,
    explain: 'There is one SSL block for all SSL_GET checks; the last value counts.',
  },
  {
    code: 'AV0814',
    title: 'timeouts of IPVS refused',
    severity: 'error',
    match: /lvs_timeout/,
    explain: 'lvs_timeouts takes pairs of tcp, tcpfin and udp with seconds.',
  },
  {
    code: 'AV0815',
    title: 'weight of a real server refused',
    severity: 'error',
    match: /^(?:Real|Virtual) server weight /,
    explain:
      'Weights are 0 to 65535, and 0 takes no new connections. The weight of the service, or 1, is used.',
  },
  {
    code: 'AV0816',
    title: 'flag of another scheduler',
    severity: 'warning',
    match: / only applies to (?:sh|mh) scheduler/,
    explain:
      'The flags of the schedulers sh and mh have an effect only with their scheduler, and lb_algo must come first.',
  },
  {
    code: 'AV0817',
    title: 'tunnel options that do not fit',
    severity: 'error',
    match: /^(?:gue|gre|ipip) tunnels /,
    explain: 'A gue tunnel needs a port, the other types have none, and ipip has no checksum.',
  },
  {
    code: 'AV0818',
    title: 'setting of a sorry server that is not there',
    severity: 'warning',
    match: /sorry_server (?:inhibit|forwarding) used/,
    explain:
      'The setting belongs to the sorry_server line above it, and there is none yet. Put sorry_server first.',
  },
  {
    code: 'AV0820',
    title: 'HTTP check without a url',
    severity: 'error',
    match: /^HTTP\/SSL_GET checker/,
    explain:
      'HTTP_GET and SSL_GET need at least one url block with a path. Without one the check is ignored, and keepalived 2.2.7 crashes.',
    example: {
      wrong: 'HTTP_GET {\n}',
      right: 'HTTP_GET {\n  url {\n    path /\n    status_code 200\n  }\n}',
    },
  },
  {
    code: 'AV0821',
    title: 'DNS check refused',
    severity: 'error',
    match: /^DNS_CHECK /,
    explain:
      'The name that DNS_CHECK asks for consists of labels of 1 to 63 characters, 255 together. The default name is used.',
  },
  {
    code: 'AV0822',
    title: 'BFD session of a check unknown',
    severity: 'error',
    match: /BFD_CHECK - BFD .* not configured$/,
    explain:
      'BFD_CHECK names a bfd_instance that stands above the virtual server in the file. The check is dropped.',
  },
  {
    code: 'AV0823',
    title: 'address family of a group unknown',
    severity: 'warning',
    match: /address family cannot be determined, defaulting to IPv4$/,
    explain:
      'The group has fwmarks without a family only, and real servers behind tunnels may be of either. The marks are taken for IPv4. Say `fwmark MARK inet6` in the group, or ip_family in the virtual server.',
    example: { wrong: 'fwmark 21', right: 'fwmark 21 inet' },
  },
  {
    code: 'AV0830',
    title: 'BFD session incomplete',
    severity: 'error',
    match: /^Configuration error: BFD instance/,
    explain:
      'A bfd_instance needs neighbor_ip, unique among the sessions and of the family of source_ip. The session is dropped.',
    example: { wrong: 'bfd_instance b1 {\n}', right: 'bfd_instance b1 {\n  neighbor_ip 192.0.2.2\n}' },
  },
];
