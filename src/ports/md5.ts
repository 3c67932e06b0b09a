/** MD5 of bytes that come in pieces: digests of pages are compared with those that genhash prints. */
export interface RunningMd5 {
  update(bytes: Uint8Array): void;
  /** In lower case; the end of it. */
  hex(): string;
}

export type BeginMd5 = () => RunningMd5;
