/** Words that are met in real files although no version of keepalived has them where they stand. */

export const knownWords: Readonly<Record<string, string>> = {
  nat_mask: 'It was removed long ago and never had an effect; delete the line.',
  lvs_id: 'It was removed long ago; router_id in global_defs names the router.',
  lvs_sync_daemon_inteface:
    'This is a spelling of old documentation; lvs_sync_daemon in global_defs is meant.',
  script_security: 'The keyword is enable_script_security.',
  nb_get_retry: 'The keyword is retry.',
  laddr_group_name: 'This is a keyword of DPVS, a different program.',
  local_address_group: 'This is a keyword of DPVS, a different program.',
  syn_proxy: 'This is a keyword of DPVS, a different program.',
  establish_timeout: 'This is a keyword of DPVS, a different program.',
  '//': 'Comments start with # or !.',
  '/*': 'Comments start with # or !, and end with the line.',
  '--': 'Comments start with # or !.',
  include: 'include needs the name of a file behind it.',
};
