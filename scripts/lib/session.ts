/**
 * What is put in front of a daemon: a session of its own, so that Ctrl-C at the terminal reaches the script
 * alone and clean-up is one program's business, and none of the settings that were meant for another Node.
 */
export const OWN_SESSION: readonly string[] = [
  'env',
  '-u',
  'NODE_OPTIONS',
  '-u',
  'NODE_EXTRA_CA_CERTS',
  'setsid',
];
