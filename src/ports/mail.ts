/** Mails to people: where they go and in whose name. */
export interface MailSetup {
  readonly from: string;
  /** As configured: a plain address, or `Name <address>`. */
  readonly to: readonly string[];
  readonly server: { readonly host: string; readonly port: number };
  readonly heloName: string;
  /** For the connection, and for each answer. */
  readonly timeoutUs: number;
  readonly routerId: string;
  /** no_email_faults */
  readonly silentFaults: boolean;
}
