/** Which addresses this host has: virtual servers may be idle while theirs is elsewhere. */
export interface LocalAddresses {
  /**
   * From here on changes are told, after they have taken effect here. Without this nothing is known, and
   * nothing costs anything. False when the kernel does not tell.
   */
  watch(changed: (address: Uint8Array, present: boolean) => void): boolean;
  has(address: Uint8Array): boolean;
}
