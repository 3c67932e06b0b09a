/** What the message bus of the machine is told, as plain data because it crosses processes. */

export interface DbusSetup {
  /** By which others call. */
  readonly name: string;
  /** In the path of an instance without an interface. */
  readonly withoutInterface: string;
}
