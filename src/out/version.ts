/**
 * Versions as tools parse them: the first line of -v has the form of upstream's, alived's own comes after.
 */

/** The keepalived release whose behaviour this is. */
export const KEEPALIVED_VERSION = 'v2.4.3 (07/20,2026)';
export const ALIVED_VERSION = '0.1.0';
