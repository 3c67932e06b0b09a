/**
 * A receiver of webhooks for one case: writes the header `x-secret` and the body of every request into a
 * file, one line each, and refuses the first ones. Arguments: the port, the file, how many it refuses.
 */
import { appendFileSync } from 'node:fs';
import { createServer } from 'node:http';

const [port = '80', file = '/dev/null', refusals = '0'] = process.argv.slice(2);
let left = Number(refusals);

const server = createServer((request, response) => {
  let body = '';
  request.on('data', (chunk) => {
    body += chunk;
  });
  request.on('end', () => {
    if (left > 0) {
      left -= 1;
      response.writeHead(503).end();
      return;
    }
    appendFileSync(file, `${request.headers['x-secret']} ${body}\n`);
    response.writeHead(204).end();
  });
});
server.listen(Number(port), '127.0.0.1', () => process.stdout.write('listening\n'));
