/** AV09xx: what `alived check` advises beyond upstream's messages. One entry for each rule of lint/. */
import type { CatalogueEntry } from './entry.ts';

const severity = 'lint' as const;

export const lintEntries: readonly CatalogueEntry[] = [
  {
    code: 'AV0901',
    severity,
    title: 'nopreempt with a weighted tracker',
    explain:
      'A tracker with a weight only lowers the priority of this router. With nopreempt no other router takes over from a master of lower priority, so the addresses stay where the check fails. Without a weight a failure means FAULT, and the addresses move.',
    example: {
      wrong: 'nopreempt\ntrack_script {\n  chk weight -20\n}',
      right: 'nopreempt\ntrack_script {\n  chk\n}',
    },
  },
  {
    code: 'AV0908',
    severity,
    title: 'service address that does not accept packets',
    explain:
      'no_accept and strict mode drop packets to the virtual addresses unless the router owns them, as VRRP demands. A virtual_server on such an address never sees a client.',
    example: { wrong: 'global_defs {\n  vrrp_strict\n}', right: 'vrrp_instance A {\n  accept\n}' },
  },
  {
    code: 'AV0909',
    severity,
    title: 'password that protects nothing',
    explain:
      'VRRP 2 sends the password in clear text in every advert: it keeps misconfigured routers apart, not attackers. The password of a sample does not even do that, over unicast it crosses foreign networks, and in a file that all may read it is no secret. Use a word of your own and mode 600, or VRRP 3 without a password.',
    example: { wrong: 'auth_pass 1111', right: 'auth_pass k7Rw2pQx' },
  },
  {
    code: 'AV0910',
    severity,
    title: 'address outside the network of its routers',
    explain:
      'The prefix length of the address makes a network that contains neither the source address nor a peer of the instance. The routers would then hold a connected route that leads nowhere. Check the number, or write /32 for an address that is routed here.',
    example: { wrong: '10.0.1.100/24', right: '10.0.1.100/32' },
  },
  {
    code: 'AV0911',
    severity,
    title: 'address in two instances',
    explain:
      'Both instances add and remove the same address, so the first one that leaves MASTER takes it away from the other. Move it into one of them.',
  },
  {
    code: 'AV0912',
    severity,
    title: 'script that nobody tracks',
    explain:
      'A vrrp_script is only run when an instance or group names it in track_script. Often the names differ by a letter.',
    example: {
      wrong: 'vrrp_script chk_nginx {\n}\ntrack_script {\n  chk_ngnix\n}',
      right: 'vrrp_script chk_nginx {\n}\ntrack_script {\n  chk_nginx\n}',
    },
  },
  {
    code: 'AV0913',
    severity,
    title: 'empty tracking block',
    explain: 'The block is there, but names nothing, so a failure is never noticed.',
    example: { wrong: 'track_script {\n}', right: 'track_script {\n  chk_nginx\n}' },
  },
  {
    code: 'AV0914',
    severity,
    title: 'shell syntax without a shell',
    explain:
      'Commands are started directly, with the words of the line as arguments. Pipes, redirections, variables and lists of commands reach the program as text. Wrap them in a script or in /bin/sh -c.',
    example: {
      wrong: 'script "/usr/bin/curl -s localhost | grep ok"',
      right: 'script "/bin/sh -c \'curl -s localhost | grep -q ok\'"',
    },
  },
  {
    code: 'AV0915',
    severity,
    title: 'timeout longer than the interval',
    explain:
      'The next run is due while the last one may still hang. It is left out then, so the interval is not kept.',
    example: { wrong: 'interval 2\ntimeout 5', right: 'interval 5\ntimeout 2' },
  },
  {
    code: 'AV0916',
    severity,
    title: 'slow detection',
    explain:
      'A failure counts after fall runs in a row, and the last one may take its whole timeout. In the worst case clients wait interval x fall + timeout before another router takes over; this is more than 30 seconds.',
    example: { wrong: 'interval 10\nfall 5', right: 'interval 2\nfall 3' },
  },
  {
    code: 'AV0918',
    severity,
    title: 'priorities differ inside a sync group',
    explain:
      'Members of a group are master on one router together. With different priorities one member may prefer this router and another its peer, and the group then moves to and fro.',
  },
  {
    code: 'AV0931',
    severity,
    title: 'service on an address that nobody carries',
    explain:
      'The file has instances, but neither they nor static_ipaddress hold the address of this virtual_server. Unless something else adds it, no packet arrives.',
  },
  {
    code: 'AV0932',
    severity,
    title: 'real server without a checker',
    explain:
      'Without a checker a real server counts as alive for ever, and clients are sent to it when it is dead.',
    example: {
      wrong: 'real_server 10.0.0.2 80 {\n}',
      right: 'real_server 10.0.0.2 80 {\n  TCP_CHECK {\n  }\n}',
    },
  },
  {
    code: 'AV0933',
    severity,
    title: 'checker of another protocol',
    explain:
      'The service is UDP and its real server is asked over TCP on the same port. Where nothing listens on TCP it is taken out of service although it works.',
    example: { wrong: 'TCP_CHECK {\n}', right: 'UDP_CHECK {\n}' },
  },
  {
    code: 'AV0936',
    severity,
    title: 'real server with weight 0',
    explain:
      'Existing connections go on, new ones are not sent there. Right for maintenance, and easily forgotten.',
  },
  {
    code: 'AV0937',
    severity,
    title: 'sorry_server_inhibit without a sorry server',
    explain:
      'The keyword says how the sorry server is taken out of use. Without sorry_server it has no effect.',
  },
  {
    code: 'AV0938',
    severity,
    title: 'persistence_granularity of a group',
    explain:
      'The mask reaches the kernel for a service with an address or a fwmark of its own. The services of a virtual_server_group are persistent by whole addresses, as they are with keepalived. The keyword still turns persistence on.',
    example: { wrong: 'persistence_granularity 255.255.255.0', right: 'persistence_timeout 360' },
  },
];
