/** `webhook NAME { … }`: an extension of alived. Changes of state are posted there as JSON. */
import { seconds } from '../../src/units.ts';
import { text } from '../codecs/codec.ts';
import { uint, wholeSeconds } from '../codecs/numbers.ts';
import type { Line } from '../cst.ts';
import { newScope, type Scope, type Session } from '../drafts.ts';
import { block, custom, scalar } from './row.ts';

const extension = { extension: true, process: 'all' } as const;

export interface HeaderValue {
  readonly name: string;
  readonly value: string;
}

export const webhookRows = {
  url: custom<string>({
    doc: 'Where changes are posted, http or https.',
    args: 'URL',
    ...extension,
    read: readUrl,
  }),
  secret_header: custom<HeaderValue>({
    doc: 'A header that proves who posts; no log and no dump shows it.',
    args: 'NAME VALUE...',
    ...extension,
    read: readHeader,
  }),
  timeout: scalar(wholeSeconds(1, 3600), {
    doc: 'Seconds one attempt may take.',
    ...extension,
    bad: "webhook {name}: timeout '{value}' must be in [1, 3600] - ignoring",
    default: seconds(5),
  }),
  retries: scalar(uint(0, 100, 'strict'), {
    doc: 'Attempts after the first one, with pauses of 1, 2, 4 ... 60 seconds.',
    ...extension,
    bad: "webhook {name}: retries '{value}' must be in [0, 100] - ignoring",
    default: 5,
  }),
  ca_file: scalar(text, {
    doc: 'PEM file of the authorities to trust, instead of the usual ones.',
    ...extension,
    missing: 'webhook {name}: ca_file without a file - ignoring',
  }),
};

function readUrl(line: Line, scope: Scope, session: Session): string | undefined {
  const word = line.words[1] ?? '';
  const url = URL.canParse(word) ? new URL(word) : undefined;
  if (url?.protocol === 'http:' || url?.protocol === 'https:') return url.href;
  session.report(`webhook ${scope.name}: url '${word}' is no http or https address - ignoring`, line);
  return undefined;
}

/** RFC 9110 sections 5.1 and 5.5: a token, and no control characters. */
function readHeader(line: Line, scope: Scope, session: Session): HeaderValue | undefined {
  const [, name = '', ...words] = line.words;
  const value = words.join(' ');
  const good = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(name) && /^[\t\x20-\x7e]+$/.test(value);
  if (good) return { name, value };
  session.report(`webhook ${scope.name}: secret_header needs a name and a value - ignoring`, line);
  return undefined;
}

function open(line: Line, _scope: Scope, session: Session): Scope | undefined {
  const [, name] = line.words;
  if (name === undefined) {
    session.report('webhook must have a name - skipping', line);
    return undefined;
  }
  if (session.webhooks.some((hook) => hook.name === name)) {
    session.report(`webhook ${name} already defined - skipping`, line);
    return undefined;
  }
  return newScope('other', name, line);
}

export const webhook = block({
  doc: 'A receiver of changes of state: each is posted as one JSON object.',
  args: 'NAME',
  ...extension,
  rows: webhookRows,
  open,
  close: (scope, session) => {
    if (scope.values.url !== undefined) session.webhooks.push(scope);
    else session.report(`webhook ${scope.name} has no url - ignoring`, scope.line);
  },
});
