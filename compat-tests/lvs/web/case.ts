/**
 * HTTP_GET and SSL_GET against servers that answer, do not, answer wrongly, slowly or with garbage: requests,
 * lines of the log, retries, several pages, digests, expressions, server names and client certificates.
 */
import { block } from '../../lib/config.ts';
import { CHECKER_FLAGS, CheckServers, checkedServer, looksAtServers, virtualServer } from '../../lib/lvs.ts';
import { scenario } from '../../lib/scenario.ts';

export const modules = ['ip_vs', 'ip_vs_rr'];

const HELLO = 'b1946ac92492d2347c6235b4d2611184';
const PATIENCE_MS = 30_000;
const PACE = ['connect_timeout 1', 'delay_before_retry 0.5', 'warmup 0', 'retry 1'];
const url = (path: string, ...lines: string[]): string[] => block('url', [`path ${path}`, ...lines]);

let last = 0;
const server = (port: number, lines: readonly string[], type = 'HTTP_GET', above: string[] = []): string[] =>
  checkedServer(`127.0.1.${++last}`, port, type, [...PACE, ...lines], above);

const web = (): string[] => {
  last = 0;
  const loud = 'log_all_failures';
  return [
    server(8001, [loud, ...url('/one', 'status_code 200')]),
    server(8001, ['retry 0', 'http_protocol 1.1', 'virtualhost vh.example', ...url('/')]),
    server(8002, [loud, ...url('/')]),
    server(8002, [loud, ...url('/', `digest ${HELLO}`)]),
    server(8002, [loud, ...url('/', 'status_code 100-199 400-499', `digest ${HELLO}`)]),
    server(8003, [loud, ...url('/')]),
    server(8004, [loud, ...url('/')]),
    server(8005, [loud, ...url('/')]),
    server(8006, [loud, ...url('/')]),
    server(8007, [loud, ...url('/', `digest ${HELLO}`)]),
    server(8008, [loud, 'http_protocol 1.1', ...url('/')]),
    server(8009, [loud, ...url('/')]),
    server(8010, [
      loud,
      'http_protocol 1.0C',
      ...url('/a'),
      ...url('/b', 'regex HELL.', 'regex_options caseless'),
    ]),
    server(8010, [
      'fast_recovery',
      ...url('/a', 'status_code 200'),
      ...url('/b'),
      ...url('/c', `digest ${HELLO}`),
    ]),
    server(8010, [...url('/a', 'status_code 200'), ...url('/b', 'regex h(e|a)l+o')], 'HTTP_GET', ['alpha']),
    server(8011, [loud, ...url('/', `digest ${HELLO}`)]),
    server(8011, [loud, 'retry 2', ...url('/', 'regex other', 'regex_no_match')]),
    server(8001, [loud, ...url('/', 'regex ^HTTP.*\\r', 'regex_max_offset 0')]),
    server(8001, [loud, ...url('/', 'regex hello', 'regex_max_offset 9')]),
  ].flat();
};

const secure = (): string[] => {
  const loud = 'log_all_failures';
  return [
    server(4431, [loud, ...url('/s', 'status_code 200')], 'SSL_GET'),
    server(4432, [loud, 'enable_sni', ...url('/', 'virtualhost vh.example')], 'SSL_GET'),
    server(4433, ['enable_sni', 'virtualhost above.example', ...url('/', `digest ${HELLO}`)], 'SSL_GET'),
    server(4434, [loud, ...url('/')], 'SSL_GET'),
    server(8003, [loud, ...url('/')], 'SSL_GET'),
    server(8004, [loud, ...url('/')], 'SSL_GET'),
    server(8009, [loud, ...url('/')], 'SSL_GET'),
  ].flat();
};

export const run = scenario(async (scene) => {
  const { a } = scene;
  scene.endDetail = 'outcome';
  await scene.phase('start', 'outcome');
  const servers = await CheckServers.start(a);
  const lookAtServers = looksAtServers(scene, a);
  const look = async (name: string): Promise<void> => {
    await lookAtServers(name);
    scene.fact(`${name}: requests`, servers.requests());
  };
  const common = ['protocol TCP', 'lb_kind NAT', 'lb_algo rr', 'delay_loop 1.5'];
  const ssl = block('SSL', [`certificate ${a.dir}/servers/cert.pem`, `key ${a.dir}/servers/key.pem`]);
  const text = [ssl.join('\n'), virtualServer('10.0.0.100 80', [...common, ...web(), ...secure()])].join(
    '\n',
  );
  await a.start(text, { flags: CHECKER_FLAGS });
  const settled = /^(?:Remote Web server|HTTP_CHECK on service|HTTP status code success)/;
  await a.sees(settled, 26, PATIENCE_MS);
  // The last of several pages of the one that starts out.
  await a.sees(/^Adding service/, 1, PATIENCE_MS);
  await look('up');
  await scene.phase('down', 'outcome');
  servers.down = true;
  const failed = (pattern: RegExp): Promise<unknown> => a.sees(pattern, 1, PATIENCE_MS);
  for (const ip of [1, 2, 13, 14, 15, 16, 17, 20]) {
    await failed(new RegExp(`^HTTP_CHECK on service \\[127.0.1.${ip}\\]`));
  }
  await look('down');
  await scene.phase('up again', 'outcome');
  servers.down = false;
  for (const ip of [1, 2, 13, 14, 15, 16, 17, 20]) {
    // The one with alpha has been added once already.
    await a.sees(new RegExp(`^Adding service \\[127.0.1.${ip}\\]`), ip === 15 ? 2 : 1, PATIENCE_MS);
  }
  await look('up again');
  await scene.phase('stop', 'outcome');
  await a.stop();
  await look('stop');
  await servers.close();
});
