/** The client's side of SMTP as 2.2.7 was seen speaking it, with servers that agree and some that do not. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type DialogueEnd, SmtpDialogue } from './smtp-dialogue.ts';

const mail = { from: 'k@x', to: ['a@x', 'b@x'], lines: ['Subject: s', '', '.hidden', 'end', ''] };

function play(replies: readonly string[]): { said: string[]; end: DialogueEnd | undefined; closed: boolean } {
  const dialogue = new SmtpDialogue(mail, 'me');
  const said: string[] = [];
  let end: DialogueEnd | undefined;
  let closed = false;
  for (const reply of replies) {
    const step = dialogue.take(reply);
    if (step.send !== undefined) said.push(step.send.trimEnd());
    end ??= step.end;
    closed ||= step.closed ?? false;
  }
  return { said, end, closed };
}

test('a mail is delivered, and a line that starts with a dot is protected', () => {
  const { said, end, closed } = play([
    '220 x',
    '250 x',
    '250 x',
    '250 x',
    '250 x',
    '354 x',
    '250 x',
    '221 x',
  ]);
  assert.deepEqual(said, [
    'HELO me',
    'MAIL FROM:<k@x>',
    'RCPT TO:<a@x>',
    'RCPT TO:<b@x>',
    'DATA',
    'Subject: s\r\n\r\n..hidden\r\nend\r\n\r\n.',
    'QUIT',
  ]);
  assert.deepEqual([end, closed], [{ sent: true }, true]);
});

test('answers of several lines count once', () => {
  assert.deepEqual(play(['220-a', '220-b', '220 c', '250-a', '250 b']).said, ['HELO me', 'MAIL FROM:<k@x>']);
});

test('whatever is refused ends it, and the log knows what it was', () => {
  const refused = (...replies: string[]): [string | undefined, DialogueEnd | undefined] => {
    const { said, end } = play(replies);
    return [said.at(-1), end];
  };
  const ended = (command: string, status: number) => ['QUIT', { sent: false, command, status }];
  assert.deepEqual(refused('554 no'), ended('(E)SMTP', 554));
  assert.deepEqual(refused('220 x', '500 no'), ended('HELO', 500));
  assert.deepEqual(refused('220 x', '250 x', '550 no'), ended('MAIL', 550));
  assert.deepEqual(refused('220 x', '250 x', '250 x', '550 no'), ended('RCPT', 550));
  assert.deepEqual(refused('220 x', '250 x', '250 x', '250 x', '250 x', '250 x'), ended('DATA', 250));
  const data = ['220 x', '250 x', '250 x', '250 x', '250 x', '354 x'];
  assert.deepEqual(refused(...data, '452 full'), ended('BODY', 452));
  assert.deepEqual(refused('garbage'), ended('(E)SMTP', 0));
});
