/** The link of an interface as its driver tells it, for drivers whose news cannot be relied on. */

/** Asking the PHY, the driver, or for the flags of the interface. */
export type BeatMethod = 'MII' | 'ETHTOOL' | 'IOCTL';

export interface LinkBeat {
  /** Undefined when the interface is not there or does not know the method. */
  beats(name: string, method: BeatMethod): boolean | undefined;
}
