/**
 * Facts that several protocols follow: numbers in files, BFD sessions. In: definitions and ports. Out, by
 * these hooks: that the fact of one tracked object is another now, and lines for the log.
 */
export interface TrackerHooks {
  readonly changed: (name: string) => void;
  /** The first that was heard of it is what was assumed before. */
  readonly heard?: (name: string) => void;
  readonly log: (id: string, args: readonly (string | number)[]) => void;
}
