/**
 * Tells a child of ours what it is. The environment and not an argument, because the command lines of all
 * keepalived processes are equal and tools compare them.
 */
export const CHILD_VARIABLE = 'ALIVED_CHILD';
