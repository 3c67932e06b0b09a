/**
 * A mail server for one case, as a process of its own inside a namespace: writes what every client says
 * into a file, one line each. Arguments: the port, the file, and `refuse COMMAND` for one that disagrees.
 */
import { appendFileSync } from 'node:fs';
import { createServer } from 'node:net';

const [port = '25', file = '/dev/null', , refused = ''] = process.argv.slice(2);

const server = createServer((socket) => {
  const said: string[] = [];
  let rest = '';
  let data = false;
  const answer = (line: string): string => {
    if (data) {
      data = line !== '.';
      return data ? '' : '250 taken';
    }
    const command = line.split(' ')[0] ?? '';
    if (command === refused) return '550 no';
    data = command === 'DATA';
    return data ? '354 go on' : command === 'QUIT' ? '221 bye' : '250 fine';
  };
  socket.on('error', () => undefined);
  socket.on('data', (chunk) => {
    rest += chunk.toString();
    for (let end = rest.indexOf('\r\n'); end >= 0; end = rest.indexOf('\r\n')) {
      const line = rest.slice(0, end);
      rest = rest.slice(end + 2);
      said.push(line);
      const reply = answer(line);
      if (reply !== '') socket.write(`${reply}\r\n`);
    }
  });
  // A client that has said nothing was cut off by the end of its daemon.
  socket.on('close', () => {
    if (said.length > 0) appendFileSync(file, `${JSON.stringify(said)}\n`);
  });
  socket.write('220 ready\r\n');
});
server.listen(Number(port), '127.0.0.1', () => process.stdout.write('listening\n'));
