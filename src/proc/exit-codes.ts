/** Exit statuses of the daemon, upstream's numbers. */
export const EXIT_OK = 0;
export const EXIT_FATAL = 1;
export const EXIT_CONFIG = 2;
export const EXIT_PERMISSION = 4;
export const EXIT_NO_CONFIG = 6;

/** A child that ends with one of these would only do so again: the parent ends too. */
export const PERMANENT: ReadonlyMap<number, string> = new Map([
  [EXIT_FATAL, 'FATAL'],
  [EXIT_CONFIG, 'CONFIG'],
  [EXIT_PERMISSION, 'missing permission'],
]);
