/** What a tracker tells: that the fact of one tracked object is another now, and lines for the log. */
export interface TrackerHooks {
  readonly changed: (name: string) => void;
  readonly log: (id: string, args: readonly (string | number)[]) => void;
}
