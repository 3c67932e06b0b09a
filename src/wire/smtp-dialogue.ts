/**
 * The client's side of delivering one mail (RFC 5321), without a socket: HELO and never EHLO, one recipient
 * after another, as keepalived does it. In: lines of the server. Out: bytes to send, and how it ended.
 */
export interface Mail {
  /** Envelope addresses. */
  readonly from: string;
  readonly to: readonly string[];
  /** Header and body, lines without their ends and without dot-stuffing. */
  readonly lines: readonly string[];
}

type Stage = 'greeting' | 'HELO' | 'MAIL' | 'RCPT' | 'DATA' | 'BODY' | 'QUIT';

export type DialogueEnd =
  | { readonly sent: true }
  /** `command` as the log calls it. */
  | { readonly sent: false; readonly command: string; readonly status: number };

export interface DialogueStep {
  readonly send?: string;
  /** The mail is delivered or will not be; what follows is only good manners. */
  readonly end?: DialogueEnd;
  /** Nothing more is to be said or heard. */
  readonly closed?: boolean;
}

const REPLY = /^(\d{3})([ -]|$)/;
const NAMES: Readonly<Record<Stage, string>> = {
  greeting: '(E)SMTP',
  HELO: 'HELO',
  MAIL: 'MAIL',
  RCPT: 'RCPT',
  DATA: 'DATA',
  BODY: 'BODY',
  QUIT: 'QUIT',
};

export class SmtpDialogue {
  readonly #mail: Mail;
  readonly #heloName: string;
  #stage: Stage = 'greeting';
  #recipients = 0;

  constructor(mail: Mail, heloName: string) {
    this.#mail = mail;
    this.#heloName = heloName;
  }

  /** One line without its end. Lines before the last one of an answer call for nothing. */
  take(line: string): DialogueStep {
    const reply = REPLY.exec(line);
    if (reply?.[2] === '-') return {};
    const status = Number(reply?.[1] ?? 0);
    const wanted = this.#stage === 'DATA' ? 3 : 2;
    if (this.#stage === 'QUIT') return { closed: true };
    if (Math.trunc(status / 100) !== wanted) {
      const command = NAMES[this.#stage];
      this.#stage = 'QUIT';
      return { send: 'QUIT\r\n', end: { sent: false, command, status } };
    }
    return this.#next();
  }

  #next(): DialogueStep {
    const { from, to } = this.#mail;
    switch (this.#stage) {
      case 'greeting':
        return this.#say('HELO', `HELO ${this.#heloName}\r\n`);
      case 'HELO':
        return this.#say('MAIL', `MAIL FROM:<${from}>\r\n`);
      case 'MAIL':
      case 'RCPT': {
        const recipient = to[this.#recipients];
        this.#recipients += 1;
        return recipient === undefined
          ? this.#say('DATA', 'DATA\r\n')
          : this.#say('RCPT', `RCPT TO:<${recipient}>\r\n`);
      }
      case 'DATA':
        return this.#say('BODY', this.#text());
      default:
        this.#stage = 'QUIT';
        return { send: 'QUIT\r\n', end: { sent: true } };
    }
  }

  #say(stage: Stage, send: string): DialogueStep {
    this.#stage = stage;
    return { send };
  }

  /** RFC 5321 section 4.5.2: a line that starts with a dot gets another one. */
  #text(): string {
    const lines = this.#mail.lines.map((line) => (line.startsWith('.') ? `.${line}` : line));
    return `${lines.join('\r\n')}\r\n.\r\n`;
  }
}
